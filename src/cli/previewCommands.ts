import type { Clock } from '../clock.ts'
import type { PreviewView } from '../http/preview.ts'
import type { Client } from './client.ts'
import { EXIT, Refused } from './exit.ts'
import type { Terminal } from './terminal.ts'

type Stand = { client: Client; clock: Clock; terminal: Terminal }

const LOOK_MS = 2_000
const MINUTE_MS = 60_000

/** Starts the delivered app behind a link of its own, and waits until it ends or the person presses Ctrl-C, which ends it. */
export async function preview(
  stand: Stand,
  id: string,
  minutes: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { client, terminal } = stand
  const path = `/api/projects/${encodeURIComponent(id)}/preview`
  const { preview: started } = await client.post<PreviewView>(path, wanted(minutes))
  if (!started) throw new Refused('The preview has ended already.')
  terminal.emit(started)
  terminal.say(started.url)
  terminal.say(
    `For ${minutesIn(started.leftMs)}, at no charge; any secrets in it are stand-ins. Ctrl-C ends it.`,
  )
  const isStopped = await interrupted(stop => untilOver(stand, path, stop), signal)
  if (isStopped) await client.post<PreviewView>(`${path}/stop`, {})
  terminal.status('')
  terminal.say('The preview has ended.')
}

function wanted(minutes: string | undefined): { minutes?: number } {
  if (minutes === undefined) return {}
  if (!/^\d{1,3}$/.test(minutes))
    throw new Refused('Minutes are a whole number, for instance 15.', EXIT.usage)
  return { minutes: Number(minutes) }
}

/** Looks at it until it runs no more; somebody may stop it on the page. */
async function untilOver(
  { client, clock, terminal }: Stand,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { preview: running } = await client.get<PreviewView>(path)
    if (!running) return
    terminal.status(`Runs for ${minutesIn(running.leftMs)} more`)
    await clock.wait(LOOK_MS, signal)
  }
}

/** Whether the person ended it with Ctrl-C. */
async function interrupted(
  wait: (signal: AbortSignal) => Promise<void>,
  given?: AbortSignal,
): Promise<boolean> {
  const asked = new AbortController()
  const stop = () => asked.abort()
  given?.addEventListener('abort', stop)
  process.once('SIGINT', stop)
  try {
    await wait(asked.signal)
    return asked.signal.aborted
  } finally {
    process.off('SIGINT', stop)
  }
}

function minutesIn(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS))
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}
