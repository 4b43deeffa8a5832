import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { environmentOfTools } from '../../src/sandbox/egress/upstreams/machine.ts'

/** Programs are found where this Node is and where a system keeps them. */
const PATH = [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)].join(delimiter)

/**
 * What tells package managers of the registries of this machine, for who installs a delivery here; nothing else of our
 * environment is passed on. Their settings are otherwise looked for in the home directory, which is an empty one.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  npm_config_userconfig: '.npmrc',
  PIP_CONFIG_FILE: '.config/pip/pip.conf',
  CARGO_HOME: '.cargo',
  RUSTUP_HOME: '.rustup',
  GOENV: '.config/go/env',
}
const REGISTRIES = {
  ...Object.fromEntries(
    Object.entries(SETTINGS)
      .map(([name, path]) => [name, join(homedir(), path)] as const)
      .filter(([, path]) => existsSync(path)),
  ),
  ...environmentOfTools(process.env),
}

/** Compilers that begin with nothing take minutes on a busy machine. */
const TIMEOUT_MS = 240_000

export type Ended = { exitCode: number | null; output: string }

/** Starts a command of a README or a check by the shell, as its own process group. */
export function start(command: string, folder: string, port?: number): ChildProcess {
  const env = {
    ...REGISTRIES,
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
