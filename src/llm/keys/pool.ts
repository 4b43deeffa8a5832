import { and, eq, sql } from 'drizzle-orm'
import { raiseAlert } from '../../alerts.ts'
import type { Clock } from '../../clock.ts'
import type { Database, Sql } from '../../db/database.ts'
import { apiKeys } from '../../db/schema.ts'
import { done, type Result, refuse, unreachable } from '../../failure.ts'
import type { Log } from '../../log.ts'
import type { ModelFailure } from '../model.ts'
import type { Cipher } from './cipher.ts'
import { consequenceOf } from './consequences.ts'
import { labelOf } from './keyText.ts'
import { type KeyRow, standingKeys, takeFree, usableKeys, type Wanted } from './lend.ts'
import { type Notes, openNotes } from './notes.ts'
import { setAside } from './unreadable.ts'

/** A key in clear, for one call. */
export type Lease = { id: string; apiKey: string }
/** All keys that could be used rest; the first may be used again then. */
export type Cooling = { ok: false; reason: 'cooling'; says: string; untilMs: number }

export type KeyPool = {
  /**
   * Lends the least recently used key that may be used now, in the caller's transaction, which also journals the call.
   * Waits for nobody. `except`: keys that this call tried already; while one of them rests, the answer can be `cooling`.
   */
  lease(tx: Sql, provider: string, except: readonly string[]): Promise<Result<Lease, 'no-key'> | Cooling>
  /** Draws the consequence of a failed call for its key. */
  heed(keyId: string, failure: ModelFailure): Promise<void>
}

type Parts = { database: Database; clock: Clock; log: Log; cipher: Cipher }
type Open = Parts & { notes: Notes }

/** Keys that turn out to be useless while one is looked for. */
const LOOKS_MAX = 50

/** Whoever looked for keys before one was disabled may be about to lend it: until they are done it rests. */
const REFUSED_REST_MS = 5_000

/** The keys in the database, shared by every process that uses it. */
export function openKeyPool(parts: Parts): KeyPool {
  const open = { ...parts, notes: openNotes(parts.clock) }
  return {
    lease: (tx, provider, except) => lease(open, tx, provider, except),
    heed: (keyId, failure) => heed(open, keyId, failure),
  }
}

async function lease(
  parts: Open,
  tx: Sql,
  provider: string,
  except: readonly string[],
): Promise<Result<Lease, 'no-key'> | Cooling> {
  const { notes, cipher, clock } = parts
  const useless: string[] = []
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    const wanted = wantedOf(parts, provider, [...except, ...useless, ...notes.resting()])
    const row = await nextInTurn(notes, tx, wanted)
    if (!row) break
    // It may have been put to rest while the statement ran.
    if (notes.restsUntilMs(row.id) > clock.nowMs()) continue
    const apiKey = cipher.open(row, row)
    if (apiKey !== undefined) return done({ id: row.id, apiKey })
    await setAside(tx, clock, row)
    useless.push(row.id)
  }
  return nothingToLend(parts, tx, provider)
}

/** The first that nobody holds; where all are held, the first. */
async function nextInTurn(notes: Notes, tx: Sql, wanted: Wanted): Promise<KeyRow | undefined> {
  const order = notes.inTurn(await usableKeys(tx, wanted))
  const [first] = order
  if (!first) return undefined
  // Noted before anything is awaited, so that the next one of this process looks further. If it is held, it is in use.
  notes.lend(first.id)
  const taken = await takeFree(tx, wanted, order)
  if (taken) notes.lend(taken.id)
  return taken ?? first
}

function wantedOf({ clock, cipher }: Open, provider: string, except: readonly string[]): Wanted {
  return { provider, now: new Date(clock.nowMs()), opensUnder: cipher.opensUnder, except }
}

async function nothingToLend(parts: Open, tx: Sql, provider: string) {
  const wanted = wantedOf(parts, provider, [])
  const rows = await standingKeys(tx, wanted)
  const nowMs = wanted.now.getTime()
  const ends = rows.map(row => restsUntilMs(parts.notes, row)).filter(untilMs => untilMs > nowMs)
  const label = labelOf(provider)
  if (ends.length > 0) return cooling(label, Math.min(...ends), nowMs)
  const says =
    rows.length > 0
      ? `Every key of ${label} was tried.`
      : `There is no key of ${label} that can be used: add one with \`botwright keys add ${provider}\`.`
  return refuse('no-key', says)
}

function restsUntilMs(notes: Notes, { id, cooledUntil }: KeyRow): number {
  return Math.max(notes.restsUntilMs(id), cooledUntil?.getTime() ?? 0)
}

function cooling(label: string, untilMs: number, nowMs: number): Cooling {
  const seconds = Math.ceil((untilMs - nowMs) / 1_000)
  const says = `${label} asked us to wait: the next key can be used in ${seconds} s.`
  return { ok: false, reason: 'cooling', says, untilMs }
}

async function heed(parts: Open, keyId: string, failure: ModelFailure): Promise<void> {
  const consequence = consequenceOf(failure)
  switch (consequence.kind) {
    case 'none':
      return
    case 'rest':
      return rest(parts, keyId, failure, consequence)
    case 'disable':
      return disable(parts, keyId, failure)
    default:
      return unreachable(consequence)
  }
}

async function rest(
  { database, clock, log, notes }: Open,
  keyId: string,
  failure: ModelFailure,
  { forMs, alert }: { forMs: number; alert: boolean },
): Promise<void> {
  const untilMs = clock.nowMs() + forMs
  notes.rest(keyId, untilMs)
  log.warn({ keyId, kind: failure.kind, forMs }, 'a key rests')
  const until = sql.param(new Date(untilMs), apiKeys.cooledUntil)
  await database.transaction(async tx => {
    const [row] = await tx
      .update(apiKeys)
      .set({ cooledUntil: sql`greatest(${apiKeys.cooledUntil}, ${until}::timestamptz)` })
      .where(eq(apiKeys.id, keyId))
      .returning()
    if (!row || !alert) return
    const says = `The account of key …${row.lastFour} of ${labelOf(row.provider)} has no credit left: ${failure.says}`
    await raiseAlert(tx, clock, { kind: 'key-out-of-credit', subject: keyId, says })
  })
}

async function disable(
  { database, clock, log, notes }: Open,
  keyId: string,
  failure: ModelFailure,
): Promise<void> {
  notes.rest(keyId, clock.nowMs() + REFUSED_REST_MS)
  log.warn({ keyId, kind: failure.kind }, 'a key is disabled')
  await database.transaction(async tx => {
    const [row] = await tx
      .update(apiKeys)
      .set({ status: 'disabled', disabledReason: failure.says })
      .where(and(eq(apiKeys.id, keyId), eq(apiKeys.status, 'active')))
      .returning()
    if (!row) return
    const says = `Key …${row.lastFour} of ${labelOf(row.provider)} was refused and is disabled: ${failure.says}`
    await raiseAlert(tx, clock, { kind: 'key-refused', subject: keyId, says })
  })
}
