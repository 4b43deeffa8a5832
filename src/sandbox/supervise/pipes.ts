import { chownSync, closeSync, constants, openSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { execute, type Streams } from './process.ts'

/**
 * Opens the streams of one run in a private directory, which the caller removes afterwards. Node's own pipes are socket
 * pairs, on which `> /dev/stdout` fails, and a pipe can be opened again only by the user that owns it: so these are
 * named pipes, and belong to the user of the run (null: the user of this process).
 */
export async function openStreams(dir: string, owner: number | null, stdin?: string): Promise<Streams> {
  const path = { stdout: join(dir, 'stdout'), stderr: join(dir, 'stderr'), stdin: join(dir, 'stdin') }
  await execute('/usr/bin/mkfifo', ['-m', '600', path.stdout, path.stderr])
  const stdout = openPipe(path.stdout, owner)
  const stderr = openPipe(path.stderr, owner)
  const input = stdin === undefined ? 'ignore' : openInput(path.stdin, owner, stdin)
  return {
    forChild: [input, stdout.write, stderr.write],
    closeChildEnds: () => closeAll([input, stdout.write, stderr.write]),
    stdout: reader(stdout.read),
    stderr: reader(stderr.read),
  }
}

type Pipe = { read: number; write: number }

function openPipe(path: string, owner: number | null): Pipe {
  // The reader first and without waiting, else opening either end would wait for the other.
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const write = openSync(path, constants.O_WRONLY)
  give(path, owner)
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
