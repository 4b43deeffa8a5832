import pino from 'pino'

export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'> & { child(bindings: object): Log }

/** Names under which secrets travel, whatever stands before them: `apiKey`, `GOOGLE_API_KEY`. `tokens` are counted. */
const SECRET_NAME = /(authorization|cookie|token|api[-_]?keys?|passwords?|secrets?)$/i
/** The password of an address, for instance of a database, in the middle of any text. */
const URL_PASSWORD = /(\w:\/\/[^\s:/@]*):[^\s/]+@/g
const CENSORED = '[secret]'

/** Texts that never reach a line, from when they are added; shared by everything that learns of one. */
export type Secrets = {
  add(text: string): void
  /** The text without them. */
  censor(text: string): string
}

/** A shorter text would take ordinary words out of every line. */
const SECRET_CHARACTERS_MIN = 8

export function openSecrets(): Secrets {
  const known = new Set<string>()
  let pattern: RegExp | undefined
  return {
    add: text => {
      if (text.length < SECRET_CHARACTERS_MIN || known.has(text)) return
      for (const form of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())])
        known.add(form)
      // The longest first: of two secrets that begin alike the whole one is taken out.
      const longestFirst = [...known].sort((one, other) => other.length - one.length)
      pattern = new RegExp(longestFirst.map(escaped).join('|'), 'g')
    },
    censor: text => (pattern ? text.replace(pattern, CENSORED) : text),
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** Structured lines of JSON without secrets: to a file when one is named, else to standard error. */
export function openLog(options: { level: string; file?: string; secrets?: Secrets }): Log {
  const { level, secrets = openSecrets() } = options
  const destination = pino.destination(
    options.file ? { dest: options.file, mkdir: true, sync: true, mode: 0o600 } : { dest: 2, sync: true },
  )
  return pino({ level, base: null, hooks: { streamWrite: line => censor(line, secrets) } }, destination)
}

/** The last thing before a line is written, so that no depth, no message and no bound field gets past it. */
function censor(line: string, secrets: Secrets): string {
  const part = (name: string, value: unknown) => (SECRET_NAME.test(name) ? CENSORED : without(value, secrets))
  return `${JSON.stringify(JSON.parse(line), part)}\n`
}

/** Names and numbers may hold a secret too. Done part by part: a secret cut out of the line itself could break its JSON. */
function without(value: unknown, secrets: Secrets): unknown {
  if (typeof value === 'string') return secrets.censor(value).replace(URL_PASSWORD, `$1:${CENSORED}@`)
  if (typeof value === 'number') return secrets.censor(`${value}`) === `${value}` ? value : CENSORED
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [secrets.censor(name), inner]))
}
