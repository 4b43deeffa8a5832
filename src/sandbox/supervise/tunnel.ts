import { chmod } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { OutsideFailure } from '../../failure.ts'

/**
 * The host's end of a way to one port inside a sandbox. The sandbox connects out and waits (inside/relay.mjs), and never
 * makes a socket that the host would follow: it could put a link to a socket of the machine in its place.
 */
export type Tunnel = {
  socket: string
  /** A new connection to the port; rejects with `OutsideFailure` when nothing listens there. */
  connect(): Promise<Duplex>
  close(): Promise<void>
}

const WANTED = Buffer.from([0x57])
const REACHED = 1
/** Also the time in which the relay inside must have started. */
const REACH_MS_MAX = 10_000
const WAITING_MAX = 64

type Wanting = { serve(socket: Socket): void; give(why: string): void }

/** Listens at `socket`, which any user may connect to who can reach its directory. */
export async function openTunnel(socket: string): Promise<Tunnel> {
  const open = new Set<Socket>()
  const idle = new Set<Socket>()
  const wanting: Wanting[] = []
  let closed = false
  const server = createServer({ allowHalfOpen: true }, from => {
    open.add(from)
    from.on('error', () => from.destroy())
    from.once('close', () => open.delete(from) && idle.delete(from))
    const wanted = wanting.shift()
    if (wanted) wanted.serve(from)
    else if (idle.size < WAITING_MAX) idle.add(from)
    else from.destroy()
  })
  await listening(server, socket)
  await chmod(socket, 0o666)
  return {
    socket,
    async connect() {
      if (closed) throw unreached('it has ended')
      const [waiting] = idle
      if (waiting === undefined) return reached(await arrived(wanting))
      idle.delete(waiting)
      return reached(waiting)
    },
    async close() {
      closed = true
      for (const { give } of wanting.splice(0)) give('it has ended')
      for (const each of open) each.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
}

/** The next connection that comes from inside. */
function arrived(wanting: Wanting[]): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      wanting.splice(wanting.indexOf(mine), 1)
      mine.give('it has not come up')
    }, REACH_MS_MAX)
    const mine: Wanting = {
      serve(socket) {
        clearTimeout(late)
        resolve(socket)
      },
      give(why) {
        clearTimeout(late)
        reject(unreached(why))
      },
    }
    wanting.push(mine)
  })
}

/**
 * Asks for the port and waits for the one byte of the answer; what comes after it stays in the stream. It is read by
 * `readable`, because a stream that was paused for a `data` would wait to be resumed by whoever gets it.
 */
function reached(socket: Socket): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => settle(null), REACH_MS_MAX)
    const lost = () => settle(null)
    const look = () => {
      const chunk: Buffer | null = socket.read()
      if (chunk !== null) settle(chunk)
    }
    const settle = (answer: Buffer | null) => {
      clearTimeout(late)
      socket.off('error', lost).off('end', lost).off('close', lost).off('readable', look)
      if (answer?.[0] === REACHED) {
        if (answer.length > 1) socket.unshift(answer.subarray(1))
        resolve(socket)
      } else {
        socket.destroy()
        reject(unreached('nothing listens on its port'))
      }
    }
    socket.on('error', lost).on('end', lost).on('close', lost).on('readable', look)
    socket.write(WANTED)
  })
}

function unreached(why: string): OutsideFailure {
  return new OutsideFailure(
    `the app in the sandbox cannot be reached: ${why}`,
    'Look at what the app printed.',
  )
}
