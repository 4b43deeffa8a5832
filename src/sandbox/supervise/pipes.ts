import { chownSync, closeSync, constants, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { newId } from '../../id.ts'
import { execute, type Streams } from './process.ts'

/**
 * Opens the streams of one run in a private directory, which the caller removes afterwards. Node's own pipes are socket
 * pairs, on which `> /dev/stdout` fails, and a pipe can be opened again only by the user that owns it: so these are
 * named pipes, and belong to the user of the run (null: the user of this process).
 */
export async function openStreams(
  dir: string,
  owner: number | null,
  stdin?: string,
  pipes: PipeStore = createPipeStore(dir, STREAMS),
): Promise<Streams> {
  const stdout = openPipe(await pipes.take(), owner)
  const stderr = openPipe(await pipes.take(), owner)
  const input = stdin === undefined ? 'ignore' : openInput(join(dir, 'stdin'), owner, stdin)
  return {
    forChild: [input, stdout.write, stderr.write],
    closeChildEnds: () => closeAll([input, stdout.write, stderr.write]),
    stdout: reader(stdout.read),
    stderr: reader(stderr.read),
  }
}

/** Named pipes made in advance: Node cannot make one, and a process for each run would be a fifth of its launch. */
export type PipeStore = {
  /** The path of a pipe that nobody has used. */
  take(): Promise<string>
}

const STREAMS = 2

/** Makes `batch` at once in `dir`, which must be private and is made if need be. */
export function createPipeStore(dir: string, batch: number): PipeStore {
  const ready: string[] = []
  let making: Promise<void> | null = null
  const make = async () => {
    const paths = Array.from({ length: batch }, () => join(dir, `pipe-${newId()}`))
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await execute('/usr/bin/mkfifo', ['-m', '600', ...paths])
    ready.push(...paths)
  }
  return {
    async take() {
      for (;;) {
        const path = ready.pop()
        if (path !== undefined) return path
        making ??= make().finally(() => {
          making = null
        })
        await making
      }
    },
  }
}

type Pipe = { read: number; write: number }

function openPipe(path: string, owner: number | null): Pipe {
  // The reader first and without waiting, else opening either end would wait for the other.
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const write = openSync(path, constants.O_WRONLY)
  give(path, owner)
  // Whoever holds an end can open it again by its descriptor; nobody else is to.
  unlinkSync(path)
  return { read, write }
}

/** A file, so that it can be of any length, and opened again as `/dev/stdin`. */
function openInput(path: string, owner: number | null, text: string): number {
  writeFileSync(path, text, { mode: 0o600 })
  give(path, owner)
  return openSync(path, constants.O_RDONLY)
}

function give(path: string, owner: number | null): void {
  if (owner !== null) chownSync(path, owner, owner)
}

function reader(fd: number): Socket {
  return new Socket({ fd, readable: true, writable: false })
}

function closeAll(ends: readonly (number | 'ignore')[]): void {
  for (const end of ends) if (end !== 'ignore') closeSync(end)
}
