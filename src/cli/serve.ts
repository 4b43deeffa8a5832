import type { Config } from '../config.ts'
import type { Result } from '../failure.ts'
import type { Host } from './connection.ts'
import { Refused } from './exit.ts'
import type { Terminal } from './terminal.ts'

/** What serving needs beyond a host: its doors. */
export type ServedHost = Host & {
  listen(): Promise<Result<{ url: string; link: string }>>
  /** Why nothing generated can be run here; null when it can. */
  sandboxMissing: string | null
}

/** Serves the web page and the socket of the command line, works, and ends when asked to. */
export async function serve(config: Config, app: ServedHost, terminal: Terminal): Promise<void> {
  const listening = await app.listen()
  if (!listening.ok) {
    await app.close()
    throw new Refused(listening.says)
  }
  await app.work()
  const { url, link } = listening.value
  terminal.say(`Botwright is running. Open this link once in your browser:\n\n  ${link}\n`)
  if (app.sandboxMissing !== null) terminal.say(`Nothing can be built yet: ${app.sandboxMissing}\n`)
  terminal.say(`Data: ${config.dataDir}\nStop with Ctrl-C; what is under way goes on at the next start.`)
  terminal.emit({ url, link, dataDir: config.dataDir })
  await askedToStop()
  terminal.say('\nStopping.')
  await app.close()
}

/** Ctrl-C or SIGTERM; a second one ends at once, which is safe too. */
function askedToStop(): Promise<void> {
  return new Promise(resolve => {
    const stop = () => {
      process.once('SIGINT', () => process.exit(130))
      resolve()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
}
