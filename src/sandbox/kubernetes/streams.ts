import { constants } from 'node:fs'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keepOutput } from '../output.ts'
import type { Scratch } from '../workspaces.ts'

/** Where a job prints; on the claim, and written by it: whatever lies there is no more than a claim of the run. */
export type Streams = { dir: string; sizes(): Promise<number>; read(): Promise<Printed> }
export type Printed = { stdout: string; stderr: string; truncated: boolean }

const KEPT_BYTES_MAX = 512 * 1024
const CHUNK_BYTES = 64 * 1024

/** What is read of each stream at most, and what of that is kept. */
type Order = { bytesMax: number; keptBytes?: number; stdin?: string }

export async function createStreams(scratch: Scratch, order: Order): Promise<Streams> {
  const { bytesMax, keptBytes = KEPT_BYTES_MAX, stdin } = order
  const kept = (path: string) => keptOf(path, bytesMax, keptBytes)
  const dir = join(scratch.dir, 'streams')
  await mkdir(dir, { mode: 0o700 })
  if (stdin !== undefined) await writeFile(join(dir, 'stdin'), stdin, { mode: 0o600 })
  const path = { stdout: join(dir, 'stdout'), stderr: join(dir, 'stderr') }
  return {
    dir,
    sizes: async () => Math.max(await sizeOf(path.stdout), await sizeOf(path.stderr)),
    async read() {
      const [stdout, stderr] = [await kept(path.stdout), await kept(path.stderr)]
      return {
        stdout: stdout.text(),
        stderr: stderr.text(),
        truncated: stdout.truncated() || stderr.truncated(),
      }
    },
  }
}

async function sizeOf(path: string): Promise<number> {
  const file = await regular(path)
  if (file === null) return 0
  try {
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

async function keptOf(path: string, bytesMax: number, keptBytes: number) {
  const output = keepOutput(keptBytes)
  const file = await regular(path)
  if (file === null) return output
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES)
    while (output.seenBytes() < bytesMax) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, bytesMax - output.seenBytes()))
      if (bytesRead === 0) break
      output.add(Uint8Array.from(buffer.subarray(0, bytesRead)))
    }
    return output
  } finally {
    await file.close()
  }
}

/** A run may have put a link to a file of ours, or a pipe that never ends, in its place: null for all but a file. */
async function regular(path: string) {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch(() => null)
  if (file === null) return null
  if ((await file.stat()).isFile()) return file
  await file.close()
  return null
}
