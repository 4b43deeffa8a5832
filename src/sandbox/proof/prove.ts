import { done, type Result, refuse } from '../../failure.ts'
import type { Guarantees, KilledBy } from '../backend.ts'
import { printed } from '../checks/checks.ts'
import type { Ecosystem } from '../egress/ecosystem.ts'
import type { Files } from '../files.ts'
import type { Sandbox } from '../open.ts'
import { lastPart } from '../output.ts'
import { type ProbeAnswer, type ProbeRequest, type ProbeResult, probeIn } from '../probe/probe.ts'
import type { PageSeen, Sight } from '../probe/sight.ts'
import type { ToolchainId } from '../toolchains/toolchain.ts'
import type { FoundToolchain } from '../toolchains/toolchains.ts'
import { type NamedPicture, namePictures, pictureRows, sightLines } from './pictures.ts'
import { openRoom, type Room, type Workplace } from './room.ts'

/** A command exactly as the README has it; one that serves is started, asked and stopped. */
export type ProofCommand = {
  name: string
  command: string
  /** What it must end with; 0 if nothing else is said. */
  exitCode?: number
  /** It may reach the registries of what the project is built with. */
  installs?: boolean
  /** The command is told the port in PORT. */
  serves?: { port: number; requests: readonly ProbeRequest[] }
}

export type ProvenCommand = {
  name: string
  command: string
  expectedExitCode: number
  /** Null of a command that serves, and of one that was killed. */
  exitCode: number | null
  killedBy: KilledBy | null
  ms: number
  /** The last part of what it printed; of a command that serves, also what was not as expected, and what went wrong in its pages. */
  output: string
  passed: boolean
  serving: { port: number; answers: readonly ProbeAnswer[]; pages: readonly PageSeen[] } | null
}

/** What happened when the commands of a delivery were run where nothing of the project was before. */
export type Proof = {
  passed: boolean
  sandbox: { backend: string; version: string; guarantees: Guarantees }
  commands: readonly ProvenCommand[]
  /** Of the pages that were served, as far as there is a browser. */
  pictures: readonly NamedPicture[]
}

const OUTPUT_CHARACTERS_MAX = 4000

/**
 * Unpacks a delivery in a clean room and runs its commands there, one after the other, each by `sh -c`. What a command
 * leaves in the workspace and in the home directory is there for the next; what it leaves in `/tmp` is not. A registry
 * that does not answer is a refusal, for nothing is proven then.
 */
export async function prove(
  workshop: Workplace,
  { files, toolchain }: { files: Files; toolchain: ToolchainId },
  commands: readonly ProofCommand[],
  signal?: AbortSignal,
): Promise<Result<Proof, 'unreachable'>> {
  const { sandbox } = workshop
  const { backend, version, guarantees } = sandbox
  const room = await openRoom(workshop, toolchain, files)
  const proven: ProvenCommand[] = []
  const sights: Sight[] = []
  try {
    for (const command of commands) {
      if (signal?.aborted) break
      const { sight, ...one } = await proveOne(sandbox, room, command, signal)
      const silent = room.unreachable()
      if (!one.passed && silent.length > 0) return noAnswer(silent)
      proven.push(one)
      if (sight !== null) sights.push(sight)
    }
  } finally {
    await room.dispose()
  }
  const passed = commands.length > 0 && proven.length === commands.length && proven.every(each => each.passed)
  const pictures = namePictures(sights)
  return done({ passed, sandbox: { backend, version, guarantees }, commands: proven, pictures })
}

/**
 * The proof as Markdown, for `PROOF.md`. `treeSha256` is the hash of the delivered tree without this page; of the
 * toolchains given those that were there are named with their versions.
 */
export function renderProof(
  proof: Proof,
  treeSha256: string,
  toolchains: readonly Pick<FoundToolchain, 'title' | 'version'>[],
): string {
  const { backend, version } = proof.sandbox
  const head = [
    ['Result', verdict(proof)],
    ['Tree (SHA-256)', treeSha256],
    ['Sandbox', `${backend} ${version}`],
    ...toolchains.flatMap(found => (found.version === null ? [] : [[found.title, found.version]])),
  ]
  return [
    '# Proof',
    'These commands were run in a fresh copy of what was delivered, in this order. Those that install could fetch packages from the registries, through a mirror and nothing else; no other had a network.',
    table(['', ''], head),
    table(['Command', 'Result', 'ms'], proof.commands.map(summaryRow)),
    ...proof.commands.map(section),
    ...picturesOf(proof),
    '## The hash of the tree',
    'Run in the folder of a freshly unpacked copy, before anything else, this prints the hash above: the SHA-256 of one line a file, with its path, its mode and the SHA-256 of its content. This page itself is left out. (Where there is no `sha256sum`, write `shasum -a 256` for it.)',
    fenced('sh', TREE_HASH_COMMAND),
    '## Limits of the sandbox',
    table(['Limit', 'Held'], Object.entries(proof.sandbox.guarantees)),
    '',
  ].join('\n\n')
}

/** Recomputes `treeHash` (workspace/archive.ts) with the tools of any Unix. */
const TREE_HASH_COMMAND = String.raw`find . -type f ! -path ./PROOF.md | cut -c 3- | LC_ALL=C sort |
while IFS= read -r file; do
  mode=644
  if [ -x "$file" ]; then mode=755; fi
  printf '%s\000%s\000%s\n' "$file" "$mode" "$(sha256sum < "$file" | cut -c 1-64)"
done | sha256sum`

function noAnswer(ecosystems: readonly Ecosystem[]) {
  return refuse(
    'unreachable',
    `The registry of ${ecosystems.join(', ')} does not answer, so that nothing can be installed.`,
  )
}

async function proveOne(
  sandbox: Sandbox,
  room: Room,
  { name, command, exitCode: expectedExitCode = 0, installs = false, serves }: ProofCommand,
  signal?: AbortSignal,
): Promise<ProvenCommand & { sight: Sight | null }> {
  const start = ['/bin/sh', '-c', command]
  const place = room.place(installs)
  if (serves !== undefined) {
    const result = await probeIn(sandbox, place, { ...serves, start, pictures: true }, signal)
    return { name, command, expectedExitCode, ...served(result, serves.port), sight: result.sight }
  }
  const result = await sandbox.run({ ...place, command: start }, signal)
  const { exitCode, killedBy, usage } = result
  const passed = killedBy === null && exitCode === expectedExitCode
  const output = lastPart(printed(result), OUTPUT_CHARACTERS_MAX)
  return {
    name,
    command,
    expectedExitCode,
    exitCode,
    killedBy,
    ms: usage.wallMs,
    output,
    passed,
    serving: null,
    sight: null,
  }
}

function served(
  result: ProbeResult,
  port: number,
): Omit<ProvenCommand, 'name' | 'command' | 'expectedExitCode'> {
  const { killedBy, readyMs: ms, passed, answers, sight } = result
  const wrong = answers.flatMap(({ path, why }) => (why === null ? [] : [`GET ${path}: ${why}`]))
  const seen = sight === null ? [] : sightLines(sight)
  const parts = [result.output.trimEnd(), result.why ?? '', ...wrong, ...seen].filter(part => part !== '')
  const output = lastPart(parts.join('\n'), OUTPUT_CHARACTERS_MAX)
  return {
    exitCode: null,
    killedBy,
    ms,
    output,
    passed,
    serving: { port, answers, pages: sight?.pages ?? [] },
  }
}

/** The pictures themselves are kept beside the ZIP: their hashes say that they are these. */
function picturesOf({ pictures }: Proof): string[] {
  if (pictures.length === 0) return []
  const says =
    'What a browser in the sandbox showed of the running app. They are kept beside this ZIP, not in it.'
  return ['## Pictures', says, table(['Picture', 'Page', 'Pixels', 'SHA-256'], pictureRows(pictures))]
}

function verdict({ passed, commands }: Proof): string {
  const held = commands.filter(command => command.passed).length
  return `${passed ? 'passed' : 'FAILED'}: ${held} of ${commands.length} commands`
}

function summaryRow(step: ProvenCommand, _: number, all: readonly ProvenCommand[]): string[] {
  return [title(step, all), step.passed ? 'passed' : 'FAILED', `${step.ms}`]
}

/** Several commands of one name are told apart by their words. */
function title({ name, command }: ProvenCommand, all: readonly ProvenCommand[]): string {
  return all.filter(each => each.name === name).length > 1 ? `${name}: ${command}` : name
}

function section(step: ProvenCommand, _: number, all: readonly ProvenCommand[]): string {
  const { command, ms, passed, output, serving } = step
  return [
    `## ${oneLine(title(step, all))}`,
    fenced('sh', serving === null ? command : `export PORT=${serving.port}\n${command}`),
    `${how(step)}, ${ms} ms: **${passed ? 'passed' : 'FAILED'}**`,
    ...(serving === null
      ? []
      : [table(['Request', 'Status', 'ms', 'Result'], serving.answers.map(answerRow))]),
    ...(output === '' ? [] : [fenced('text', output)]),
  ].join('\n\n')
}

function how({ killedBy, serving, exitCode, expectedExitCode }: ProvenCommand): string {
  if (killedBy !== null) return `Stopped by its limit (${killedBy})`
  if (serving !== null) return 'Started and asked'
  const how =
    exitCode === expectedExitCode
      ? exitCode === 0
        ? ''
        : ', as expected'
      : ` instead of ${expectedExitCode}`
  return `Exit code ${exitCode}${how}`
}

function answerRow({ path, status, ms, why }: ProbeAnswer): string[] {
  return [`GET ${path}`, `${status ?? 'none'}`, `${ms}`, why ?? 'as expected']
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function cell(text: string): string {
  return oneLine(text).replaceAll('\\', '\\\\').replaceAll('|', '\\|')
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** A fence longer than any row of backticks inside, so that output cannot end its own block. */
function fenced(language: string, text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return `${fence}${language}\n${text}\n${fence}`
}
