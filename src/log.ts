import pino from 'pino'

export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'> & { child(bindings: object): Log }

/** Names under which secrets travel, whatever stands before them: `apiKey`, `GOOGLE_API_KEY`. `tokens` are counted. */
const SECRET_NAME = /(authorization|cookie|token|api[-_]?keys?|passwords?|secrets?)$/i
/** The password of an address, for instance of a database, in the middle of any text. */
const URL_PASSWORD = /(\w:\/\/[^\s:/@]*):[^\s/]+@/g
const CENSORED = '[secret]'

/** Structured lines of JSON without secrets: to a file when one is named, else to standard error. */
export function openLog(options: { level: string; file?: string }): Log {
  const destination = pino.destination(
    options.file ? { dest: options.file, mkdir: true, sync: true, mode: 0o600 } : { dest: 2, sync: true },
  )
  return pino({ level: options.level, base: null, hooks: { streamWrite: censor } }, destination)
}

/** The last thing before a line is written, so that no depth, no message and no bound field gets past it. */
function censor(line: string): string {
  return `${JSON.stringify(JSON.parse(line), censorPart)}\n`
}

function censorPart(name: string, part: unknown): unknown {
  if (SECRET_NAME.test(name)) return CENSORED
  return typeof part === 'string' ? part.replace(URL_PASSWORD, `$1:${CENSORED}@`) : part
}
