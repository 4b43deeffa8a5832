import { expect, test } from 'vitest'
import { filesOf } from '../trial.ts'
import { keyOf } from './key.ts'

const rules = {
  ecosystem: 'npm',
  keeps: { directory: 'a', inside: '/b' },
  fetch: () => ['npm', 'ci'],
} as const
const versions = new Map([
  ['npm', '11.0.0'],
  ['node', '24.0.0'],
])
const files = filesOf({ 'package.json': '{}', lock: 'x' })
const key = keyOf(rules, versions, files)

test('the order in which things are named does not matter', () => {
  const backwards = new Map([...versions].reverse())
  expect(keyOf(rules, backwards, filesOf({ lock: 'x', 'package.json': '{}' }))).toBe(key)
  expect(key).toMatch(/^[0-9a-f]{64}$/)
})

test('everything that decides what is fetched decides the key', () => {
  const others = [
    keyOf({ ...rules, ecosystem: 'pypi' }, versions, files),
    keyOf({ ...rules, keeps: { directory: 'a', inside: '/c' } }, versions, files),
    keyOf({ ...rules, fetch: () => ['npm', 'install'] }, versions, files),
    keyOf({ ...rules, fetchEnv: { A: 'b' } }, versions, files),
    keyOf({ ...rules, scripts: ['npm', 'rebuild'] }, versions, files),
    keyOf(rules, new Map([...versions, ['node', '22.0.0']]), files),
    keyOf(rules, versions, filesOf({ 'package.json': '{}', lock: 'y' })),
    keyOf(rules, versions, filesOf({ 'package.json': '{}', other: 'x' })),
    keyOf(rules, versions, filesOf({ 'package.json': '{}' })),
  ]
  expect(new Set([key, ...others]).size).toBe(others.length + 1)
})
