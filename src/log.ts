import pino from 'pino'

export type Log = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'> & { child(bindings: object): Log }

/** Names under which secrets travel; their values never reach a log line, at any depth up to three. */
const SECRET_NAMES = ['authorization', 'cookie', 'token', 'apiKey', 'password', 'secret']
const redactedPaths = SECRET_NAMES.flatMap(name => [name, `*.${name}`, `*.*.${name}`])

/** Structured lines of JSON: to a file when one is named, else to standard error. */
export function openLog(options: { level: string; file?: string }): Log {
  const destination = pino.destination(
    options.file ? { dest: options.file, mkdir: true, sync: true, mode: 0o600 } : { dest: 2, sync: true },
  )
  return pino(
    { level: options.level, base: null, redact: { paths: redactedPaths, censor: '[secret]' } },
    destination,
  )
}
