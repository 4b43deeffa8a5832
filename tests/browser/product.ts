import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { z } from 'zod'
import { freshDataDir } from '../set-up/database.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
/** With SCREENS=DIR in the environment the pictures of a story are kept there. */
const SCREENS = process.env.SCREENS

export type Server = AsyncDisposable & {
  link: string
  url: string
  /** A command of the operator, in a process beside it. */
  command(...words: string[]): Promise<void>
  stop(): Promise<void>
}

const started = z.object({ url: z.string(), link: z.string() })

/** Starts the product in a process of its own, on the embedded database, and reads where it is from its first line. */
export async function startProduct(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const { dataDir, drop } = await freshDataDir()
  const env = { ...process.env, PORT: '0', DATA_DIR: dataDir, ...settings }
  const child = spawn(process.execPath, [MAIN, '--json', 'start'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise(resolve => child.once('exit', resolve))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    await drop()
  }
  const command = async (...words: string[]) => {
    await promisify(execFile)(process.execPath, [MAIN, ...words], { env })
  }
  const where = started.parse(JSON.parse(await firstLine(child)))
  return { ...where, command, stop, [Symbol.asyncDispose]: stop }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout) for await (const line of createInterface(child.stdout)) return line
  throw new Error('the product said nothing')
}

/** Where the pictures of a story go, when they are wanted. */
export function screensIn(name: string): string | undefined {
  if (!SCREENS) return undefined
  const directory = join(SCREENS, name)
  mkdirSync(directory, { recursive: true })
  return directory
}
