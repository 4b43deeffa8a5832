import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { OutsideFailure } from '../../failure.ts'
import type { RunResult, Served } from '../backend.ts'
import { SERVED_PORT } from './labels.ts'
import { GREETING } from './wrapper.ts'

const REACH_MS_MAX = 10_000

/** Serves by a job that goes on: its port is reached at the address of its pod. */
export function serveByAddress(
  run: (running: (ip: string) => void, signal: AbortSignal) => Promise<RunResult>,
  signal?: AbortSignal,
): Served {
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const address = Promise.withResolvers<string>()
  const ended = run(address.resolve, either)
  const over = () => address.reject(unreached('it has ended'))
  ended.then(over, over)
  address.promise.catch(() => undefined)
  return {
    connect: async () => reached(await address.promise),
    ended,
    stop() {
      stop.abort()
      return ended
    },
  }
}

/** Waits for the greeting, which comes when the app itself has answered; what follows it stays in the stream. */
function reached(ip: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: ip, port: SERVED_PORT, allowHalfOpen: true })
    socket.setTimeout(REACH_MS_MAX, () => socket.destroy())
    const failed = () => reject(unreached('nothing listens on its port'))
    socket.once('error', failed).once('close', failed)
    socket.once('data', (chunk: Buffer) => {
      socket.pause()
      socket.setTimeout(0)
      socket.off('error', failed).off('close', failed)
      if (chunk[0] !== GREETING) return refuseIt(socket, reject)
      if (chunk.length > 1) socket.unshift(chunk.subarray(1))
      resolve(socket)
    })
  })
}

function refuseIt(socket: Socket, reject: (error: Error) => void): void {
  socket.destroy()
  reject(unreached('something else answers on its port'))
}

function unreached(why: string): OutsideFailure {
  return new OutsideFailure(
    `the app in the sandbox cannot be reached: ${why}`,
    'Look at what the app printed.',
  )
}
