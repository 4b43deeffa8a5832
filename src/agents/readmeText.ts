import type { Readme, ReadmeCommand } from './readme.ts'

/** The README as Markdown: its commands stand in fenced blocks exactly as they were run. */
export function renderReadme(readme: Readme): string {
  const sections = [
    `# ${readme.title}\n\n${readme.overview}`,
    listSection('Features', readme.features),
    listSection('Prerequisites', readme.prerequisites),
    commandSection('Installation', readme.install),
    textSection('Configuration', readme.configuration),
    commandSection('Running', readme.run),
    commandSection('Usage', readme.usage),
    commandSection('Tests', readme.test),
    listSection(
      'Layout',
      readme.layout.map(each => `\`${each.path}\`: ${each.says}`),
    ),
  ]
  return `${sections.filter(section => section !== '').join('\n\n')}\n`
}

function textSection(title: string, text: string): string {
  return text === '' ? '' : `## ${title}\n\n${text}`
}

function listSection(title: string, lines: readonly string[]): string {
  return textSection(title, lines.map(line => `- ${line}`).join('\n'))
}

function commandSection(title: string, commands: readonly ReadmeCommand[]): string {
  return textSection(title, commands.map(commandBlock).join('\n\n'))
}

function commandBlock({ command, says, exitCode, notRun }: ReadmeCommand): string {
  const fence = fenceFor(command)
  const ending = exitCode === 0 ? '' : ` (ends with exit code ${exitCode})`
  const warning =
    notRun === undefined ? '' : `\n\n*This command was not run when the project was proven: ${notRun}*`
  return `${says}${ending}\n\n${fence}sh\n${command}\n${fence}${warning}`
}

/** Longer than any run of backticks inside, so that the command cannot close its own block. */
function fenceFor(command: string): string {
  const longest = Math.max(0, ...Array.from(command.matchAll(/`+/g), run => run[0].length))
  return '`'.repeat(Math.max(3, longest + 1))
}
