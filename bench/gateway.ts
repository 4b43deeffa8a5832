import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pg from 'pg'
import { z } from 'zod'
import { startServer } from '../tests/set-up/server.ts'
import { figuresOf, linesOf, ratiosOf, type Sample } from './figures.ts'
import { type Measured, measuredSchema, type Order } from './subject.ts'
import { WAYS, type WayName } from './ways.ts'

/** `node bench/gateway.ts [--json]`: what the gateway costs beside the AI SDK alone. See bench/README.md. */

const ROUNDS = 3
/** Short and many: the difference of two medians needs them close together. */
const ALONE_ROUNDS = 12
const ALONE_CALLS = 25
/** Several for each stream: the first ones all begin at once, which no traffic does. */
const CROWD_CALLS = 1_000
const STREAMS = 200
const WARM_CALLS = 150

type Subject = { name: WayName; measure(order: Order): Promise<Measured>; end(): void }

async function bench(): Promise<Sample[]> {
  const postgres = await startServer()
  const provider = fork(join(import.meta.dirname, 'provider.ts'))
  const [told] = await once(provider, 'message')
  const origin = `http://127.0.0.1:${z.object({ port: z.int() }).parse(told).port}`
  const subjects: Subject[] = []
  try {
    for (const [at, name] of namesOf(WAYS).entries()) {
      await createDatabase(postgres.url('postgres'), `bench_${at}`)
      subjects.push(await openSubject(name, origin, postgres.url(`bench_${at}`)))
    }
    return await measure(subjects)
  } finally {
    for (const subject of subjects) subject.end()
    provider.disconnect()
    await postgres.stop()
  }
}

/** In turns, so that whatever else the machine does meets all of them alike. */
async function measure(subjects: readonly Subject[]): Promise<Sample[]> {
  const samples: Sample[] = []
  const each = async (order: Order) => {
    for (const { name, measure } of subjects) samples.push({ name, order, measured: await measure(order) })
  }
  for (const { measure } of subjects) {
    await measure({ kind: 'alone', calls: WARM_CALLS })
    await measure({ kind: 'crowd', calls: STREAMS, atOnce: STREAMS })
  }
  for (let round = 0; round < ALONE_ROUNDS; round++) await each({ kind: 'alone', calls: ALONE_CALLS })
  for (let round = 0; round < ROUNDS; round++)
    await each({ kind: 'crowd', calls: CROWD_CALLS, atOnce: STREAMS })
  const streaming = subjects.filter(({ name }) => name !== 'commits alone')
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, measure } of streaming) {
      const order: Order = { kind: 'memory', streams: STREAMS }
      samples.push({ name, order, measured: await measure(order) })
    }
  return samples
}

async function openSubject(name: WayName, origin: string, databaseUrl: string): Promise<Subject> {
  const options = { execArgv: ['--expose-gc', ...process.execArgv] }
  const child = fork(join(import.meta.dirname, 'subject.ts'), [name, origin, databaseUrl], options)
  await answerOf(name, child)
  return {
    name,
    measure: order => {
      const answer = answerOf(name, child)
      child.send(order)
      return answer
    },
    end: () => child.connected && child.disconnect(),
  }
}

/** The next message of a child; throws when it ends instead. */
async function answerOf(name: string, child: ChildProcess): Promise<Measured> {
  const heard = new AbortController()
  const { signal } = heard
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error(`${name} has ended`)
  })
  try {
    const [told] = await Promise.race([once(child, 'message', { signal }), ended])
    return measuredSchema.parse(told)
  } finally {
    ended.catch(() => undefined)
    heard.abort()
  }
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
}

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] {
  const names: Name[] = []
  for (const name in table) names.push(name)
  return names
}

const samples = await bench()
const figures = figuresOf(samples)
const ratios = ratiosOf(samples)
const shown = process.argv.includes('--json')
  ? JSON.stringify({ figures, ratios }, null, 2)
  : linesOf(figures, ratios).join('\n')
process.stdout.write(`${shown}\n`)
