import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { ModelName } from './call.ts'

/**
 * A circuit breaker for each model: after some failures in a row it is left alone for a while, so that calls go to the
 * next model at once instead of waiting for one that is down. The state is this process' own, or shared by all
 * processes where there is a Redis; while Redis is away, each process goes on with its own.
 */
export type Breaker = {
  /** When the model may be asked again, in ms from now; 0 when it may be asked now. */
  opensForMs(model: ModelName): Promise<number>
  failed(model: ModelName): Promise<void>
  worked(model: ModelName): Promise<void>
}

/** What the store needs of a Redis client of the package `redis`. */
export type RedisClient = ConstructorParameters<typeof RateLimiterRedis>[0]['storeClient']

/** This many failures without a success between, within the window, open the breaker for its pause. */
const FAILURES_MAX = 4
const WINDOW_SECONDS = 60
const PAUSE_SECONDS = 30
const PREFIX = 'botwright:breaker'

export function openBreaker(
  redis?: RedisClient,
  times = { windowSeconds: WINDOW_SECONDS, pauseSeconds: PAUSE_SECONDS },
): Breaker {
  const { windowSeconds: duration, pauseSeconds: blockDuration } = times
  const points = FAILURES_MAX - 1
  const own = new RateLimiterMemory({ keyPrefix: PREFIX, points, duration, blockDuration })
  const counter = redis
    ? new RateLimiterRedis({
        storeClient: redis,
        useRedisPackage: true,
        rejectIfRedisNotReady: true,
        insuranceLimiter: own,
        keyPrefix: PREFIX,
        points,
        duration,
        blockDuration,
      })
    : own
  return {
    opensForMs: async model => {
      const found = await counter.get(keyOf(model))
      return found !== null && found.consumedPoints > points ? Math.max(1, found.msBeforeNext) : 0
    },
    failed: async model => {
      await counter.consume(keyOf(model)).catch(heedLimit)
    },
    worked: async model => {
      await counter.delete(keyOf(model))
    },
  }
}

/** Above its points the library rejects with how long it blocks: that is the open breaker, and no error. */
function heedLimit(thrown: unknown): void {
  if (!(thrown instanceof RateLimiterRes)) throw thrown
}

function keyOf({ provider, model }: ModelName): string {
  return `${provider}/${model}`
}
