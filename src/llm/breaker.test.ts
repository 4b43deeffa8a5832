import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../../tests/set-up/redis.ts'
import { openRedis } from '../db/redis.ts'
import { openLog } from '../log.ts'
import { openBreaker } from './breaker.ts'

const MODEL = { provider: 'google', model: 'gemini' }
const OTHER = { provider: 'google', model: 'gemini-flash' }

test('some failures in a row open it for a while, for that model alone', async () => {
  const breaker = openBreaker()
  for (let failures = 0; failures < 3; failures++) await breaker.failed(MODEL)
  expect(await breaker.opensForMs(MODEL)).toBe(0)
  await breaker.failed(MODEL)
  expect(await breaker.opensForMs(MODEL)).toBeGreaterThan(20_000)
  expect(await breaker.opensForMs(OTHER)).toBe(0)
})

test('a success closes it and forgets the failures before', async () => {
  const breaker = openBreaker()
  for (let failures = 0; failures < 3; failures++) await breaker.failed(MODEL)
  await breaker.worked(MODEL)
  await breaker.failed(MODEL)
  expect(await breaker.opensForMs(MODEL)).toBe(0)
})

test('failing on while it is open does no harm', async () => {
  const breaker = openBreaker()
  for (let failures = 0; failures < 10; failures++) await breaker.failed(MODEL)
  expect(await breaker.opensForMs(MODEL)).toBeLessThanOrEqual(30_000)
})

describe('with Redis', () => {
  let redis: RedisServer | undefined
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.stop())

  test('processes share what they know, and go on alone while it is away', async ({ task, skip }) => {
    if (!redis) {
      task.meta.reason = 'there is no redis-server here. Install it: apt-get install redis-server'
      return skip()
    }
    const log = openLog({ level: 'silent' })
    const [one, other] = [await openRedis(redis.url, log), await openRedis(redis.url, log)]
    const [mine, theirs] = [openBreaker(one), openBreaker(other)]
    for (let failures = 0; failures < 4; failures++) await mine.failed(MODEL)
    expect(await theirs.opensForMs(MODEL)).toBeGreaterThan(20_000)
    await theirs.worked(MODEL)
    expect(await mine.opensForMs(MODEL)).toBe(0)
    await redis.stop()
    for (let failures = 0; failures < 4; failures++) await mine.failed(MODEL)
    expect(await mine.opensForMs(MODEL)).toBeGreaterThan(20_000)
    one.destroy()
    other.destroy()
  })

  test('a Redis that cannot be reached at the start is said in a sentence', async () => {
    const log = openLog({ level: 'silent' })
    await expect(openRedis('redis://127.0.0.1:1/0', log)).rejects.toMatchObject({
      name: 'OutsideFailure',
      message: 'The Redis named by REDIS_URL cannot be reached.',
    })
  })
})
