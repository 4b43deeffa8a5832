import { createClient } from 'redis'
import { OutsideFailure } from '../failure.ts'
import type { Log } from '../log.ts'

const CONNECT_LIMIT_MS = 5_000
const RECONNECT_MS_MAX = 5_000

/**
 * Opens the Redis of REDIS_URL. The connection comes back by itself; whoever uses it goes on alone while it is away.
 * Throws an OutsideFailure when it does not answer at the start.
 */
export async function openRedis(url: string, log: Log) {
  let opened = false
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_LIMIT_MS,
      reconnectStrategy: tries => (opened ? Math.min(tries * 100, RECONNECT_MS_MAX) : false),
    },
  })
  client.on('error', error => log.warn({ error: String(error) }, 'redis'))
  await client.connect().catch(cause => {
    throw new OutsideFailure(
      'The Redis named by REDIS_URL cannot be reached.',
      'Check that it runs, or leave REDIS_URL empty to go on without it.',
      cause,
    )
  })
  opened = true
  return client
}
