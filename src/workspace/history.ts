import { invariant } from '../failure.ts'

/** One commit as the log tells it. `trailers` are the `Name: value` lines at the end of its message. */
export type LogEntry = {
  commit: string
  subject: string
  atMs: number
  trailers: Readonly<Record<string, string>>
}

/** What a commit says. `step` names the work it belongs to, once in a history. */
export type CommitWords = { message: string; step: string; trailers?: Readonly<Record<string, string>> }

export const STEP = 'Step'

const STEP_LENGTH_MAX = 200

/**
 * The whole commit message: the message, an empty line, and the trailers with the step last. Values are put on one line,
 * so that neither a title nor a cost can pass for a trailer of its own: git reads trailers in the last paragraph only.
 */
export function messageOfCommit(words: CommitWords): string {
  const message = words.message.replaceAll('\0', '').trim()
  invariant(message !== '', 'a commit has a message')
  invariant(isStep(words.step), `a step is one line of at most ${STEP_LENGTH_MAX} characters`)
  const lines = Object.entries(words.trailers ?? {}).map(
    ([name, value]) => `${trailerName(name)}: ${oneLine(value)}`,
  )
  return `${message}\n\n${[...lines, `${STEP}: ${words.step}`].join('\n')}\n`
}

/** The format for `git log -z`: commit, time, subject, then one trailer a line. A subject never has a line break. */
export const LOG_FORMAT = '--format=tformat:%H%n%ct%n%s%n%(trailers:only,unfold)'

/** Reads what `git log -z` printed in `LOG_FORMAT`, newest first. */
export function parseLog(output: string): LogEntry[] {
  return output.split('\0').filter(Boolean).map(parseEntry)
}

function parseEntry(record: string): LogEntry {
  const [commit = '', seconds = '', subject = '', ...trailers] = record.split('\n')
  return {
    commit,
    subject,
    atMs: Number(seconds) * 1000,
    trailers: Object.fromEntries(trailers.filter(Boolean).map(parseTrailer)),
  }
}

function parseTrailer(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}

function isStep(step: string): boolean {
  return step.length <= STEP_LENGTH_MAX && step !== '' && step === oneLine(step)
}

function trailerName(name: string): string {
  invariant(/^[A-Za-z][A-Za-z0-9-]*$/.test(name), `${JSON.stringify(name)} can name a trailer`)
  invariant(name.toLowerCase() !== STEP.toLowerCase(), 'the step is not given twice')
  return name
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\s\u0000-\u001f]+/g, ' ').trim()
}
