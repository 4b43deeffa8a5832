import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Readme, ReadmeCommand } from '../../src/agents/readme.ts'
import { run, start, stop } from './command.ts'
import { inFolder } from './folder.ts'

const STARTING_MS_MAX = 60_000
const ASK_AGAIN_MS = 50

/** Runs every command of a README in a fresh copy, in the order it promises; returns what did not go as written. */
export function readmeFaults(readme: Readme, files: ReadonlyMap<string, string>): Promise<string[]> {
  const commands = [...readme.install, ...readme.test, ...readme.run, ...readme.usage]
  return inFolder(files, async folder => {
    const faults: string[] = []
    for (const each of commands.filter(({ notRun }) => notRun === undefined))
      faults.push(...(await faultsOf(each, folder)))
    return faults
  })
}

async function faultsOf(command: ReadmeCommand, folder: string): Promise<string[]> {
  if (command.serves) return served(command.command, command.serves.requests, folder)
  const { exitCode, output } = await run(command.command, folder)
  return exitCode === command.exitCode ? [] : [`${command.command} ended with ${exitCode}:\n${output}`]
}

type Request = { path: string; expectStatus: number; expectText?: string | undefined }

async function served(command: string, requests: readonly Request[], folder: string): Promise<string[]> {
  const port = await freePort()
  const child = start(command, folder, port)
  try {
    const faults = await Promise.all(
      requests.map(each => requestFault(`http://127.0.0.1:${port}${each.path}`, each)),
    )
    return faults.flat()
  } finally {
    stop(child)
  }
}

async function requestFault(url: string, { expectStatus, expectText = '' }: Request): Promise<string[]> {
  const response = await firstAnswer(url)
  const text = await response.text()
  return response.status === expectStatus && text.includes(expectText)
    ? []
    : [`${url} gave ${response.status}: ${text}`]
}

/** A server needs a moment to listen: it is asked again until it answers or the time is up. */
async function firstAnswer(url: string): Promise<Response> {
  for (let waitedMs = 0; waitedMs < STARTING_MS_MAX; waitedMs += ASK_AGAIN_MS) {
    try {
      return await fetch(url, { redirect: 'manual' })
    } catch {
      await pause(ASK_AGAIN_MS)
    }
  }
  throw new Error(`nothing answered at ${url}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
