import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../id.ts'
import { takeLock } from './lock.ts'

let dir: string
const children: Taker[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'botwright-lock-'))
})
afterEach(async () => {
  await Promise.all(children.splice(0).map(child => child.kill()))
  rmSync(dir, { recursive: true, force: true })
})

const file = () => join(dir, 'lock')
/** Words of a process that is no more: its id was given to this one since. */
const dead = (id: string) => JSON.stringify({ pid: process.pid, started: '1', id })

/** A process that takes the lock when told to `take`, and gives it back when told to `release`. */
type Taker = { pid: number; say(word: 'take' | 'release'): Promise<string>; kill(): Promise<void> }

const PROGRAM = `
  import { createInterface } from 'node:readline'
  import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
  let lock
  for await (const word of createInterface({ input: process.stdin })) {
    if (word === 'take') lock = takeLock(process.argv[1])
    if (word === 'release' && lock?.ok) lock.value.release()
    console.log(word === 'take' ? (lock.ok ? 'taken' : lock.says) : 'released')
  }`

function taker(): Taker {
  const args = ['--input-type=module-typescript', '--eval', PROGRAM, dir]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const made = {
    pid: child.pid ?? 0,
    say: async (word: string) => {
      child.stdin.write(`${word}\n`)
      return (await lines.next()).value ?? 'ended'
    },
    kill: () => killed(child),
  }
  children.push(made)
  return made
}

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

test('the second taker is refused and told who holds it', () => {
  const first = takeLock(dir)
  expect(first.ok).toBe(true)
  expect(takeLock(dir)).toEqual({
    ok: false,
    reason: 'held',
    says: `Process ${process.pid} already uses ${dir}. Stop it first, or name another directory with --data-dir.`,
  })
})

test('a released lock may be taken again, and a late second release does not take it from the next holder', () => {
  const first = takeLock(dir)
  if (first.ok) first.value.release()
  expect(takeLock(dir).ok).toBe(true)
  if (first.ok) first.value.release()
  expect(takeLock(dir).ok).toBe(false)
})

test('nothing but the lock is left in the directory, and it is for its owner only', () => {
  const lock = takeLock(dir)
  expect(readdirSync(dir)).toEqual(['lock'])
  if (lock.ok) lock.value.release()
  expect(readdirSync(dir)).toEqual([])
})

test('a holder that lives is respected, one that was killed is not', async () => {
  const holder = taker()
  expect(await holder.say('take')).toBe('taken')
  expect(takeLock(dir)).toMatchObject({ says: expect.stringContaining(`Process ${holder.pid} `) })
  await holder.kill()
  expect(takeLock(dir).ok).toBe(true)
  expect(readdirSync(dir)).toEqual(['lock'])
})

test('a holder whose process id was given to another is dead', () => {
  writeFileSync(file(), dead('x'))
  expect(takeLock(dir).ok).toBe(true)
})

test.each([
  ['is empty', ''],
  ['is torn', '{"pid":12,"star'],
  ['holds something else', 'null'],
  ['names nobody', '{"pid":"1","started":null}'],
])('a file that %s locks nobody out', (_, text) => {
  writeFileSync(file(), text)
  expect(takeLock(dir).ok).toBe(true)
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ pid: process.pid })
})

test('whoever died while it removed a dead one is no obstacle either', () => {
  writeFileSync(file(), dead('x'))
  writeFileSync(`${file()}.${sha256(dead('x')).slice(0, 16)}`, dead('y'))
  expect(takeLock(dir).ok).toBe(true)
  expect(readdirSync(dir)).toEqual(['lock'])
})

test('while another removes the dead one, the lock is not free', async () => {
  writeFileSync(file(), dead('x'))
  const remover = readFileSync(lockOfThis(), 'utf8')
  rmSync(lockOfThis())
  writeFileSync(`${file()}.${sha256(dead('x')).slice(0, 16)}`, remover)
  expect(takeLock(dir)).toMatchObject({ ok: false, says: expect.stringContaining(`Process ${process.pid} `) })
  expect(readFileSync(file(), 'utf8')).toBe(dead('x'))
})

/** A file that says that this process holds something. */
function lockOfThis(): string {
  const other = join(dir, 'other')
  takeLock(other)
  return join(other, 'lock')
}

test('a directory that cannot be written is an outside failure, not somebody else', () => {
  expect(() => takeLock('/proc/self')).toThrow()
})

test('of many that race for a dead holder exactly one wins, again and again', async () => {
  const takers = Array.from({ length: 5 }, taker)
  for (let round = 0; round < 60; round++) {
    writeFileSync(file(), dead(String(round)))
    const said = await Promise.all(takers.map(one => one.say('take')))
    expect(said.filter(word => word === 'taken')).toHaveLength(1)
    await Promise.all(takers.map(one => one.say('release')))
  }
})
