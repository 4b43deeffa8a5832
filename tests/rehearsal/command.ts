import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, dirname } from 'node:path'

/** Programs are found where this Node is and where a system keeps them; nothing else of our environment is passed on. */
const PATH = [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)].join(delimiter)

const TIMEOUT_MS = 60_000

export type Ended = { exitCode: number | null; output: string }

/** Starts a command of a README or a check by the shell, as its own process group. */
export function start(command: string, folder: string, port?: number): ChildProcess {
  const env = {
    PATH,
    HOME: folder,
    LANG: 'C.UTF-8',
    ...(port && { PORT: String(port) }),
  }
  return spawn('/bin/sh', ['-c', command], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
}

/** Runs a command to its end; one that takes too long is ended and has no exit code. */
export async function run(command: string, folder: string): Promise<Ended> {
  const child = start(command, folder)
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', text => output.push(text))
  const timer = setTimeout(() => stop(child), TIMEOUT_MS)
  const [exitCode] = await once(child, 'close')
  clearTimeout(timer)
  return { exitCode, output: output.join('') }
}

/** Ends a command with everything that it started. */
export function stop(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
}
