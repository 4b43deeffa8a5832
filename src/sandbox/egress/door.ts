import { once } from 'node:events'
import { chmod } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { OutsideFailure } from '../../failure.ts'
import { createScratch } from '../workspaces.ts'

/** A server that listens on a socket in a directory of its own, which goes with it. */
export type Doorstep = { socket: string; close(): Promise<void> }

/** `sun_path` of unix(7), without its end. */
const SOCKET_PATH_BYTES_MAX = 107

/** Whoever may pass through the directory may ask: its name cannot be guessed, and every run is another user. */
export async function listenIn(stateDir: string, server: Server): Promise<Doorstep> {
  const scratch = await createScratch(stateDir)
  const socket = join(scratch.dir, 'door')
  try {
    server.listen(shortEnough(socket))
    await once(server, 'listening')
    await chmod(socket, 0o666)
  } catch (failure) {
    server.close()
    await scratch.dispose()
    throw failure
  }
  return {
    socket,
    async close() {
      await new Promise<unknown>(closed => {
        server.close(closed)
        server.closeAllConnections()
      })
      await scratch.dispose()
    },
  }
}

function shortEnough(socket: string): string {
  if (Buffer.byteLength(socket) <= SOCKET_PATH_BYTES_MAX) return socket
  throw new OutsideFailure(
    `the path of a socket is longer than ${SOCKET_PATH_BYTES_MAX} bytes: ${socket}`,
    'Set DATA_DIR to a directory with a shorter path.',
  )
}
