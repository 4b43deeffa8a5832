import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTrial, type Trial } from '../trial.ts'
import { isLeftover, killMarked, newMark } from './marks.ts'
import { commandLines } from './processes.ts'

let trial: Trial
beforeAll(async () => {
  trial = await openTrial({ backend: 'none' })
})
afterAll(() => trial.close())

test('a mark is left over when its supervisor is gone, or another process has its number', () => {
  const own = newMark()
  const [, , startTicks] = own.split('-')
  expect(isLeftover(own)).toBe(false)
  expect(isLeftover(own.replace(`-${startTicks}-`, '-1-'))).toBe(true)
  expect(isLeftover(own.replace(`-${process.pid}-`, '-4194305-'))).toBe(true)
  expect(isLeftover('botwright-data')).toBe(false)
})

test('the processes of a mark are found and ended, and no others', async () => {
  const runs = ['111', '222'].map(number => trial.sh(`exec sleep 65432${number}`))
  const running = () => commandLines().filter(({ line }) => /^sleep 65432\d{3}/.test(line))
  await vi.waitFor(() => expect(running()).toHaveLength(2))
  const marks = commandLines().flatMap(
    ({ line }) => /sh -c "\$@"; .* (botwright-\S+) .*65432111/.exec(line)?.[1] ?? [],
  )
  expect(marks).toHaveLength(1)
  expect(killMarked(marks[0] ?? '')).toBe(1)
  expect((await runs[0])?.exitCode).toBe(null)
  expect(running().map(({ line }) => line.trim())).toEqual(['sleep 65432222'])
  const second = commandLines().flatMap(({ line }) => /(botwright-\S+) .*65432222/.exec(line)?.[1] ?? [])
  killMarked(second[0] ?? '')
  await runs[1]
})
