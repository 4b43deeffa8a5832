import type { Rule } from './tree.ts'

const DOCUMENT = 'docs/ARCHITECTURE.md'
const BETWEEN = /<!-- life -->([\s\S]*?)<!-- \/life -->/

/** The document shows the table of states as it is: what stands between its two marks is the drawing, in a fence. */
export const theLifeIsDrawn =
  (drawing: string): Rule =>
  files => {
    const text = files.find(file => file.path === DOCUMENT)?.text
    if (text === undefined) return [`${DOCUMENT} is missing.`]
    const shown = BETWEEN.exec(text)?.[1]
    if (shown === undefined) return [`${DOCUMENT} lacks the marks <!-- life --> and <!-- /life -->.`]
    const same = shown.trim() === `\`\`\`mermaid\n${drawing.trim()}\n\`\`\``
    return same
      ? []
      : [`${DOCUMENT} draws another life. Put this there:\n\`\`\`mermaid\n${drawing.trim()}\n\`\`\``]
  }
