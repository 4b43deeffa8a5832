import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../clock.ts'
import { openLog } from '../../log.ts'
import { type Cache, openCache } from './cache.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'botwright-cache-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Every look at it is a second later. */
function ticking(): Clock {
  let nowMs = 1_700_000_000_000
  const next = () => {
    nowMs += 1000
    return nowMs
  }
  return { nowMs: next, monotonicMs: next, wait: () => Promise.resolve() }
}

const clock = ticking()
const open = (bytesMax = 1000) => openCache({ dir, bytesMax, clock, log: openLog({ level: 'silent' }) })

async function keep(cache: Cache, address: string, content: string): Promise<void> {
  const part = cache.begin(address)
  for (const piece of content.match(/.{1,3}/g) ?? []) await part.add(Buffer.from(piece))
  await part.finish('text/plain')
  await part.abandon()
}

async function unfinished(): Promise<string[]> {
  const own = await readdir(join(dir, 'parts'))
  return (await Promise.all(own.map(name => readdir(join(dir, 'parts', name))))).flat()
}

async function found(cache: Cache, address: string): Promise<string | null> {
  const kept = await cache.find(address)
  return kept === null ? null : text(kept.body)
}

const blobs = () => readdir(join(dir, 'blobs'))

test('what was kept is found, also after a restart', async () => {
  const cache = await open()
  await keep(cache, 'https://a/1', 'content')
  expect(await cache.find('https://a/1').then(kept => kept?.body.destroy() && kept.type)).toBe('text/plain')
  expect(await found(cache, 'https://a/1')).toBe('content')
  expect(await found(await open(), 'https://a/1')).toBe('content')
  expect(await found(cache, 'https://a/2')).toBe(null)
})

test('the same content is kept once', async () => {
  const cache = await open()
  await keep(cache, 'https://a/1', 'content')
  await keep(cache, 'https://a/2', 'content')
  expect(await blobs()).toHaveLength(1)
})

test('what was not finished is not found, and leaves nothing', async () => {
  const cache = await open()
  const part = cache.begin('https://a/1')
  await part.add(Buffer.from('half'))
  expect(await found(cache, 'https://a/1')).toBe(null)
  await part.abandon()
  expect([await blobs(), await unfinished()]).toEqual([[], []])
})

test('many may open it at the same time, and do not disturb what others have begun', async () => {
  const [one, ...others] = await Promise.all(Array.from({ length: 8 }, () => open()))
  const part = one?.begin('https://a/1')
  await part?.add(Buffer.from('who'))
  const late = await open()
  await part?.add(Buffer.from('le'))
  await part?.finish('text/plain')
  for (const cache of [...others, late]) expect(await found(cache, 'https://a/1')).toBe('whole')
})

test('what a supervisor that is no longer alive had begun is removed', async () => {
  const left = join(dir, 'parts', 'botwright-1-1-0123456789abcdef')
  await mkdir(left, { recursive: true })
  await writeFile(join(left, 'half'), 'ha')
  await open()
  expect(await unfinished()).toEqual([])
  expect(await readdir(join(dir, 'parts'))).toHaveLength(1)
})

const HARM: Record<string, (path: string) => Promise<void>> = {
  torn: path => truncate(path, 3),
  changed: async path => writeFile(path, (await readFile(path, 'utf8')).replace('o', '0')),
  longer: async path => writeFile(path, `${await readFile(path, 'utf8')}x`),
  emptied: path => truncate(path, 0),
  gone: path => rm(path),
}

test.each(Object.entries(HARM))('a file that is %s is never served, and forgotten', async (_, harm) => {
  const cache = await open()
  await keep(cache, 'https://a/1', 'content')
  const [name = ''] = await blobs()
  await harm(join(dir, 'blobs', name))
  expect(await found(cache, 'https://a/1')).toBe(null)
  expect([await blobs(), await readdir(join(dir, 'entries'))]).toEqual([[], []])
  await keep(cache, 'https://a/1', 'content')
  expect(await found(cache, 'https://a/1')).toBe('content')
})

test('an entry that cannot be read is none', async () => {
  const cache = await open()
  await keep(cache, 'https://a/1', 'content')
  const [name = ''] = await readdir(join(dir, 'entries'))
  const path = join(dir, 'entries', name)
  for (const entry of ['', '{', '{"sha256":"../../etc/passwd","bytes":1,"type":"a"}']) {
    await writeFile(path, entry)
    expect(await found(cache, 'https://a/1')).toBe(null)
  }
})

test('when there is too much, what was not used for longest goes first', async () => {
  const cache = await open(30)
  for (const name of ['a', 'b', 'c']) await keep(cache, name, name.repeat(10))
  expect(await found(cache, 'a')).toBe('a'.repeat(10))
  await keep(cache, 'd', 'd'.repeat(10))
  const left = await Promise.all(['a', 'b', 'c', 'd'].map(name => found(cache, name)))
  expect(left.map(content => content !== null)).toEqual([true, false, false, true])
})

test('the order of use outlives a restart', async () => {
  const before = await open(30)
  for (const name of ['a', 'b', 'c']) await keep(before, name, name.repeat(10))
  await found(before, 'a')
  const cache = await open(30)
  await keep(cache, 'd', 'd'.repeat(4))
  const left = await Promise.all(['a', 'b', 'c', 'd'].map(name => found(cache, name)))
  expect(left.map(content => content !== null)).toEqual([true, false, true, true])
})

test('what cannot be kept is no failure', async () => {
  const cache = await open()
  await rm(dir, { recursive: true })
  const part = cache.begin('https://a/1')
  await part.add(Buffer.from('content'))
  await part.finish('text/plain')
  await part.abandon()
  expect(await found(cache, 'https://a/1')).toBe(null)
})
