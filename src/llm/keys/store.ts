import { and, eq } from 'drizzle-orm'
import type { Clock } from '../../clock.ts'
import type { Sql } from '../../db/database.ts'
import { apiKeys } from '../../db/schema.ts'
import { done, invariant, type Result, refuse } from '../../failure.ts'
import { newId, sha256 } from '../../id.ts'
import type { Log } from '../../log.ts'
import type { Cipher } from './cipher.ts'
import { type KeyedProvider, keyIn, labelOf, lastFourOf } from './keyText.ts'
import type { KeyRow } from './lend.ts'
import { UNREADABLE } from './unreadable.ts'

/** Which keys there are. Each function runs in the caller's transaction. */

type Parts = { clock: Clock; cipher: Cipher }

export type NewKey = {
  provider: KeyedProvider
  label: string
  /** The key as it was given. */
  text: string
  expiresAt: Date | null
}

/** Keeps a key that an operator gives. One that is there already is refused, unless it could not be read any more. */
export async function addKey(
  tx: Sql,
  parts: Parts,
  given: NewKey,
): Promise<Result<{ id: string }, 'malformed' | 'expired' | 'known'>> {
  const key = keyIn(given.text)
  if (!key.ok) return key
  if (hasExpired(given.expiresAt, parts.clock)) return refuse('expired', 'That day is over.')
  const { id, kept } = await keep(tx, parts, { ...given, text: key.value, origin: 'operator' })
  if (kept !== 'known') return done({ id })
  const says = `This key of ${labelOf(given.provider)} is here already, as ${id}.`
  return refuse('known', says)
}

/** Keeps the keys of the environment. One that is there already is left as it is, also when it is disabled. */
export async function importKeys(
  tx: Sql,
  parts: Parts & { log: Log },
  given: Readonly<Record<KeyedProvider, readonly string[]>>,
): Promise<void> {
  const { google, openrouter } = given
  await importOf(tx, parts, 'google', google)
  await importOf(tx, parts, 'openrouter', openrouter)
}

async function importOf(
  tx: Sql,
  { log, ...parts }: Parts & { log: Log },
  provider: KeyedProvider,
  texts: readonly string[],
): Promise<void> {
  for (const text of texts) {
    const key = keyIn(text)
    if (!key.ok) log.warn({ provider, says: key.says }, 'a key of the environment is left out')
    else
      await keep(tx, parts, {
        provider,
        label: 'environment',
        text: key.value,
        expiresAt: null,
        origin: 'environment',
      })
  }
}

/** Stops using a key; a second time changes nothing. */
export async function disableKey(tx: Sql, id: string): Promise<Result<{ id: string }, 'not-found'>> {
  const row = await lockKey(tx, id)
  if (!row) return unknownKey(id)
  if (row.status === 'active') await setStatus(tx, id, 'disabled', 'An operator disabled it.')
  return done({ id })
}

/** Uses a key again, which must still be good for something. A rest that its provider asked for goes on. */
export async function enableKey(
  tx: Sql,
  { clock, cipher }: Parts,
  id: string,
): Promise<Result<{ id: string }, 'not-found' | 'unreadable' | 'expired'>> {
  const row = await lockKey(tx, id)
  if (!row) return unknownKey(id)
  if (cipher.open(row, row) === undefined) return refuse('unreadable', `${UNREADABLE} Add the key again.`)
  if (hasExpired(row.expiresAt, clock)) return refuse('expired', 'It has expired. Add a new key.')
  await setStatus(tx, id, 'active', null)
  return done({ id })
}

type Kept = { id: string; kept: 'new' | 'known' | 'sealed-anew' }

async function keep(
  tx: Sql,
  { clock, cipher }: Parts,
  given: NewKey & { origin: KeyRow['origin'] },
): Promise<Kept> {
  const { text, ...shown } = given
  const { provider } = shown
  const id = newId()
  const fingerprint = sha256(text)
  const row = {
    id,
    ...shown,
    ...cipher.seal({ id, provider }, text),
    fingerprint,
    lastFour: lastFourOf(text),
  }
  const [inserted] = await tx
    .insert(apiKeys)
    .values({ ...row, status: 'active', createdAt: new Date(clock.nowMs()) })
    .onConflictDoNothing()
    .returning({ id: apiKeys.id })
  if (inserted) return { id, kept: 'new' }
  const [known] = await tx
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.provider, provider), eq(apiKeys.fingerprint, fingerprint)))
  invariant(known !== undefined, 'a key that cannot be inserted is there')
  if (cipher.open(known, known) !== undefined) return { id: known.id, kept: 'known' }
  await sealAnew(tx, cipher, known, text)
  return { id: known.id, kept: 'sealed-anew' }
}

/** A key that nobody could read was given again: it is what it was before. */
async function sealAnew(tx: Sql, cipher: Cipher, row: KeyRow, text: string): Promise<void> {
  await tx.update(apiKeys).set(cipher.seal(row, text)).where(eq(apiKeys.id, row.id))
  if (row.disabledReason === UNREADABLE) await setStatus(tx, row.id, 'active', null)
}

async function lockKey(tx: Sql, id: string): Promise<KeyRow | undefined> {
  const [row] = await tx.select().from(apiKeys).where(eq(apiKeys.id, id)).for('no key update')
  return row
}

async function setStatus(
  tx: Sql,
  id: string,
  status: KeyRow['status'],
  disabledReason: string | null,
): Promise<void> {
  await tx.update(apiKeys).set({ status, disabledReason }).where(eq(apiKeys.id, id))
}

function unknownKey(id: string) {
  return refuse('not-found', `There is no key "${id}".`)
}

function hasExpired(expiresAt: Date | null, clock: Clock): boolean {
  return expiresAt !== null && expiresAt.getTime() <= clock.nowMs()
}
