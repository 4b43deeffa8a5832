import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { freePort } from './server.ts'

/** A Redis of the test's own: on 127.0.0.1, in memory only, gone at the end. */
export type RedisServer = { url: string; stop(): Promise<void> }

/** Starts it; undefined where this machine has none. */
export async function startRedis(): Promise<RedisServer | undefined> {
  const port = await freePort()
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'], cwd: '/' })
  if (!(await ready(child))) return undefined
  return { url: `redis://127.0.0.1:${port}/0`, stop: () => ended(child) }
}

async function ready(child: ChildProcess): Promise<boolean> {
  const started = Promise.withResolvers<boolean>()
  child.on('error', () => started.resolve(false))
  child.on('exit', () => started.resolve(false))
  if (child.stdout === null) return false
  createInterface({ input: child.stdout }).on('line', line => {
    if (line.includes('Ready to accept connections')) started.resolve(true)
  })
  return started.promise
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
