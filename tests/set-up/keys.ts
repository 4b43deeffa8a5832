import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import type { Clock } from '../../src/clock.ts'
import type { Database } from '../../src/db/database.ts'
import { apiKeys, type calls } from '../../src/db/schema.ts'
import type { Result } from '../../src/failure.ts'
import { alertsApi } from '../../src/http/alerts.ts'
import { keysApi } from '../../src/http/keys.ts'
import { newBytes, newId } from '../../src/id.ts'
import { type Cipher, openCipher } from '../../src/llm/keys/cipher.ts'
import type { KeyRow } from '../../src/llm/keys/lend.ts'
import { type Master, masterOf } from '../../src/llm/keys/masterKey.ts'
import { type KeyPool, openKeyPool } from '../../src/llm/keys/pool.ts'
import { addKey } from '../../src/llm/keys/store.ts'
import type { FailureKind, ModelFailure } from '../../src/llm/model.ts'
import { openLog, openSecrets } from '../../src/log.ts'

export const NOW_MS = 1_800_000_000_000

/** A clock that stands until it is moved. */
export type StillClock = Clock & { pass(ms: number): void }

export function stillClock(): StillClock {
  let ms = NOW_MS
  return {
    nowMs: () => ms,
    monotonicMs: () => ms,
    wait: async () => {},
    pass: by => {
      ms += by
    },
  }
}

export function newMaster(): Master {
  return masterOf(Buffer.from(newBytes(32)).toString('hex'))
}

export function cipherUnder(first: Master, ...others: Master[]): Cipher {
  return openCipher([first, ...others], openSecrets())
}

/** A pool over a database; another process has another one. */
export function poolOn(database: Database, clock: Clock, cipher: Cipher): KeyPool {
  return openKeyPool({ database, clock, cipher, log: openLog({ level: 'silent' }) })
}

/** Adds `google-key-NAME` for each name, a millisecond apart; returns their ids. */
export async function addKeys(
  database: Database,
  parts: { clock: StillClock; cipher: Cipher },
  names: readonly string[],
  expiresAt: Date | null = null,
): Promise<string[]> {
  const ids: string[] = []
  for (const name of names) {
    const given = { provider: 'google', label: name, text: `google-key-${name}`, expiresAt } as const
    const added = await database.transaction(tx => addKey(tx, parts, given))
    if (!added.ok) throw new Error(added.says)
    ids.push(added.value.id)
    parts.clock.pass(1)
  }
  return ids
}

export async function keyRow(database: Database, id: string): Promise<KeyRow> {
  const [row] = await database.sql.select().from(apiKeys).where(eq(apiKeys.id, id))
  if (!row) throw new Error(`no key ${id}`)
  return row
}

export function failure(kind: FailureKind, retryAfterMs?: number): ModelFailure {
  const says = `The provider said: ${kind}.`
  return {
    kind,
    fault: 'provider',
    says,
    retry: false,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

/** The journal row of an operator's try of a model with this key. */
export function doctorCall(
  userId: string,
  keyId: string,
  clock: Clock,
  also: Partial<typeof calls.$inferInsert> = {},
): typeof calls.$inferInsert {
  return {
    id: newId(),
    userId,
    keyId,
    role: 'implementer',
    kind: 'doctor',
    step: 0,
    ordinal: 0,
    promptSha256: '',
    tryNumber: 1,
    provider: 'google',
    model: 'model',
    status: 'started',
    repeats: 0,
    inputTokens: 0,
    cachedTokens: 0,
    cacheWrittenTokens: 0,
    outputTokens: 0,
    thinkingTokens: 0,
    images: 0,
    rate: {},
    costPicoUsd: 0n,
    lostPicoUsd: 0n,
    chargeMicro: 0n,
    startedAt: new Date(clock.nowMs()),
    ...also,
  }
}

/** The operator's routes of keys and alerts, and nothing else of the product. */
export function keysFront(given: {
  database: Database
  clock: Clock
  cipher: Cipher
  refresh(): Promise<Result<void>>
}): Hono {
  const { database, clock, cipher, refresh } = given
  const parts = { database, clock }
  return new Hono()
    .route('/', keysApi({ parts, cipher, models: { refresh } }))
    .route('/', alertsApi({ parts }))
}
