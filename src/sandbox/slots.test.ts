import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

test('no more than the number of slots are out, and who waited longest is next', async () => {
  const slots = createSlots(2)
  const order: string[] = []
  const first = await slots.take()
  const second = await slots.take()
  const third = slots.take().then(release => order.push('third') && release)
  const fourth = slots.take().then(release => order.push('fourth') && release)
  expect(order).toEqual([])
  first?.()
  const release = await third
  expect(order).toEqual(['third'])
  second?.()
  await fourth
  expect(order).toEqual(['third', 'fourth'])
  expect(release).toBeTypeOf('function')
})

test('a slot given back twice is one slot', async () => {
  const slots = createSlots(1)
  const release = await slots.take()
  release?.()
  release?.()
  await slots.take()
  let served = false
  void slots.take().then(() => {
    served = true
  })
  await new Promise(setImmediate)
  expect(served).toBe(false)
})

test('who is aborted while waiting leaves the queue without a slot', async () => {
  const slots = createSlots(1)
  const release = await slots.take()
  const stop = new AbortController()
  const impatient = slots.take(stop.signal)
  const patient = slots.take()
  stop.abort()
  expect(await impatient).toBeNull()
  release?.()
  expect(await patient).toBeTypeOf('function')
  expect(await slots.take(AbortSignal.abort())).toBeNull()
})
