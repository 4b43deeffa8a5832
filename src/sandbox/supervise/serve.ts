import { join } from 'node:path'
import type { Door, RunResult, Served, ServeSpec } from '../backend.ts'
import type { RelayedSpec } from '../relay.ts'
import { createScratch } from '../workspaces.ts'
import { openTunnel } from './tunnel.ts'

/** Serves by a run that goes on: its port is reached through a tunnel, whose socket lies below `stateDir`. */
export async function serveByTunnel(
  run: (spec: RelayedSpec, signal: AbortSignal) => Promise<RunResult>,
  stateDir: string,
  spec: ServeSpec,
  signal?: AbortSignal,
): Promise<Served> {
  const { port, ...rest } = spec
  const scratch = await createScratch(stateDir)
  const tunnel = await openTunnel(join(scratch.dir, 'tunnel'))
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const door: Door = { socket: tunnel.socket, port }
  const env = { ...spec.env, PORT: `${port}` }
  const ended = run({ ...rest, env, tunnel: door }, either).finally(async () => {
    await tunnel.close()
    await scratch.dispose()
  })
  // Who only stops it hears of a failure by `stop`.
  ended.catch(() => undefined)
  return {
    connect: tunnel.connect,
    ended,
    stop() {
      stop.abort()
      return ended
    },
  }
}
