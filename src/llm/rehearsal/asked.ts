import type { CallKind, ModelRequest } from '../model.ts'

/** What the rehearsal has a script for. */
export type ScriptedKind = Exclude<CallKind, 'doctor' | 'engine'>

/** What the rehearsal model reads from a request: its labels, and its sections. */
export type Asked = {
  kind: ScriptedKind
  /** The user's first turn, whole; later turns only say that an answer did not fit. */
  text: string
  /** The value of a line such as `Task: T2 Add and list` at the top; undefined when it is not there. */
  label(name: string): string | undefined
  /** The text of a section from outside; undefined when it is not there. */
  section(title: string): string | undefined
}

export function asked(request: ModelRequest, kind: ScriptedKind): Asked {
  const text = request.turns.find(turn => turn.role === 'user')?.text ?? ''
  const labels = labelsOf(text)
  return {
    kind,
    text,
    label: name => labels.get(name),
    section: title => sectionOf(text, title),
  }
}

/** What was written by others: its lines are no labels. */
const SECTIONS = /\[data (\w+)\]\n[\s\S]*?\n\[end \1\]/g

function labelsOf(text: string): Map<string, string> {
  const lines = text
    .replace(SECTIONS, '')
    .split('\n')
    .map(line => /^([A-Z][A-Za-z ]*): (.*)$/.exec(line))
  return new Map(lines.flatMap(line => (line?.[1] ? [[line[1], line[2] ?? '']] : [])))
}

/** The first section of that title counts: what a person wrote comes after the headings of the house. */
function sectionOf(text: string, title: string): string | undefined {
  const opening = new RegExp(`(?:^|\\n\\n)${title}:\\n\\[data (\\w+)\\]\\n`).exec(text)
  if (!opening) return undefined
  const from = opening.index + opening[0].length
  const to = text.indexOf(`\n[end ${opening[1]}]`, from - 1)
  return to < 0 ? undefined : text.slice(from, to)
}
