import { eq, sql } from 'drizzle-orm'
import type { Clock } from '../../clock.ts'
import type { Sql } from '../../db/database.ts'
import { apiKeys, calls } from '../../db/schema.ts'
import type { KeyRow } from './lend.ts'

/** A key as it may be shown, with what was done with it. */
export type ListedKey = Omit<KeyRow, 'sealed' | 'masterFingerprint' | 'fingerprint'> & {
  ageDays: number
  /** What an operator should do about it, in one sentence; null when there is nothing. */
  warning: string | null
  calls: number
  failures: number
  inputTokens: number
  outputTokens: number
  /** What its calls cost us, those without a usable answer included. */
  costPicoUsd: bigint
}

const DAY_MS = 24 * 3_600_000
const AGE_DAYS_MAX = 90
const EXPIRES_SOON_DAYS = 7

/** Every key with its use, by provider, oldest first. */
export async function listKeys(on: Sql, clock: Clock): Promise<ListedKey[]> {
  const nowMs = clock.nowMs()
  const found = await on
    .select({
      key: apiKeys,
      calls: sql<string>`count(${calls.id})`,
      failures: sql<string>`count(*) filter (where ${calls.status} = 'failed')`,
      inputTokens: sql<string>`coalesce(sum(${calls.inputTokens}), 0)`,
      outputTokens: sql<string>`coalesce(sum(${calls.outputTokens}), 0)`,
      costPicoUsd: sql<string>`coalesce(sum(${calls.costPicoUsd} + ${calls.lostPicoUsd}), 0)`,
    })
    .from(apiKeys)
    .leftJoin(calls, eq(calls.keyId, apiKeys.id))
    .groupBy(apiKeys.id)
    .orderBy(apiKeys.provider, apiKeys.createdAt, apiKeys.id)
  return found.map(({ key, ...use }) => ({
    ...shown(key),
    ageDays: daysOf(nowMs - key.createdAt.getTime()),
    warning: warningOf(key, nowMs),
    calls: Number(use.calls),
    failures: Number(use.failures),
    inputTokens: Number(use.inputTokens),
    outputTokens: Number(use.outputTokens),
    costPicoUsd: BigInt(use.costPicoUsd),
  }))
}

function shown({ sealed, masterFingerprint, fingerprint, ...rest }: KeyRow) {
  return rest
}

/** The most pressing one. */
function warningOf({ expiresAt, createdAt }: KeyRow, nowMs: number): string | null {
  if (expiresAt) {
    const leftMs = expiresAt.getTime() - nowMs
    if (leftMs <= 0) return 'It has expired: add a new key.'
    if (leftMs <= EXPIRES_SOON_DAYS * DAY_MS) return `It expires in ${inDays(Math.ceil(leftMs / DAY_MS))}.`
  }
  const ageDays = daysOf(nowMs - createdAt.getTime())
  return ageDays > AGE_DAYS_MAX ? `It is ${inDays(ageDays)} old: replace it.` : null
}

function daysOf(ms: number): number {
  return Math.floor(ms / DAY_MS)
}

function inDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}
