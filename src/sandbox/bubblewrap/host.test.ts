import { expect, test } from 'vitest'
import { uidRange } from './host.ts'

test('user ids are taken high up where all are mapped, and below the last where few are', () => {
  expect(uidRange('         0          0 4294967295\n').first).toBe(1_700_000_000)
  expect(uidRange('0 100000 65536\n')).toEqual({ first: 60_536, count: 4000 })
  expect(uidRange('0 1000 1\n1 100000 65536\n')).toEqual({ first: 60_537, count: 4000 })
})
