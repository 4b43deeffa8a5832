import type { Config } from '../config.ts'
import { type Listening, listenLocal, listenSocket } from '../http/listen.ts'
import type { SignIn } from '../http/signIn.ts'
import { type Host, socketPath } from './connection.ts'
import { Refused } from './exit.ts'
import type { Terminal } from './terminal.ts'

/** What serving needs beyond a host: the page and the way in. */
export type ServedHost = Host & {
  web: { fetch(request: Request): Response | Promise<Response> }
  signIn: Pick<SignIn, 'token'>
  /** Why nothing generated can be run here; null when it can. */
  sandboxMissing: string | null
}

/** Serves the web page and the socket of the command line, works, and ends when asked to. */
export async function serve(config: Config, app: ServedHost, terminal: Terminal): Promise<void> {
  const listening = await open(config, app)
  await app.work()
  const [web] = listening
  const url = `http://127.0.0.1:${web?.port}`
  const link = `${url}/sign-in?token=${app.signIn.token}`
  terminal.say(`Botwright is running. Open this link once in your browser:\n\n  ${link}\n`)
  if (app.sandboxMissing !== null) terminal.say(`Nothing can be built yet: ${app.sandboxMissing}\n`)
  terminal.say(`Data: ${config.dataDir}\nStop with Ctrl-C; what is under way goes on at the next start.`)
  terminal.emit({ url, link, dataDir: config.dataDir })
  await askedToStop()
  terminal.say('\nStopping.')
  for (const each of listening) await each.close()
  await app.close()
}

async function open(config: Config, app: ServedHost): Promise<Listening[]> {
  const web = await listenLocal(request => app.web.fetch(request), config.port)
  if (!web.ok) {
    await app.close()
    throw new Refused(web.says)
  }
  const socket = await listenSocket(request => app.operator.fetch(request), socketPath(config.dataDir))
  if (!socket.ok) {
    await app.close()
    throw new Refused(socket.says)
  }
  return [web.value, socket.value]
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
