import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isReachableByAll, uidRange } from './host.ts'

test('user ids are taken high up where all are mapped, and below the last where few are', () => {
  expect(uidRange('         0          0 4294967295\n').first).toBe(1_700_000_000)
  expect(uidRange('0 100000 65536\n')).toEqual({ first: 60_536, count: 4000 })
  expect(uidRange('0 1000 1\n1 100000 65536\n')).toEqual({ first: 60_537, count: 4000 })
})

test('one private directory on the way is enough to be out of reach', async () => {
  const root = await mkdtemp(join(tmpdir(), 'botwright-host-'))
  const deep = join(root, 'a', 'b')
  await mkdir(deep, { recursive: true })
  await chmod(root, 0o711)
  expect(await isReachableByAll(deep)).toBe(true)
  await chmod(root, 0o700)
  expect(await isReachableByAll(deep)).toBe(false)
  expect(await isReachableByAll(root)).toBe(true)
  await rm(root, { recursive: true })
})
