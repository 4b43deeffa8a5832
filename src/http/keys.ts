import type { Context as Request } from 'hono'
import { Hono } from 'hono'
import { z } from 'zod'
import { usd } from '../billing/money.ts'
import type { Sql } from '../db/database.ts'
import type { Result } from '../failure.ts'
import type { Cipher } from '../llm/keys/cipher.ts'
import { keyedProvider } from '../llm/keys/keyText.ts'
import { type ListedKey, listKeys } from '../llm/keys/list.ts'
import { type Rotation, rotateKeys } from '../llm/keys/rotate.ts'
import { addKey, disableKey, enableKey } from '../llm/keys/store.ts'
import { resealSecrets } from '../projects/secrets/store.ts'
import type { Context } from './context.ts'
import { answerMalformed } from './refuse.ts'

const LABEL_CHARACTERS_MAX = 100

const addSchema = z.object({
  provider: z.string(),
  label: z
    .string()
    .trim()
    .max(LABEL_CHARACTERS_MAX, `A label has at most ${LABEL_CHARACTERS_MAX} characters.`)
    .regex(/^\P{C}*$/u, 'A label is one line of text.')
    .default(''),
  apiKey: z.string(),
  /** The last day it is used, in UTC. */
  expires: z.iso.date('A day is written as year-month-day, for instance 2027-01-31.').optional(),
})

export type KeyView = ReturnType<typeof keyView>

type Needs = Pick<Context, 'cipher'> & {
  parts: Pick<Context['parts'], 'database' | 'clock'>
  models: Pick<Context['models'], 'refresh'>
}

/** The operator's part of keys; nothing here ever answers with one. */
export function keysApi({ parts, cipher, models }: Needs): Hono {
  const { database, clock } = parts
  const routes = new Hono()
  routes.get('/api/operator/keys', async c => {
    const found = await listKeys(database.sql, clock)
    return c.json({ keys: found.map(keyView) })
  })
  routes.post('/api/operator/keys', async c => {
    // What the parser throws repeats the beginning of the body, which is a key where somebody sent nothing else.
    const body: unknown = await c.req.json().catch(() => undefined)
    const asked = addSchema.safeParse(body)
    if (!asked.success) return answerMalformed(asked, c)
    const { label, apiKey: text, expires } = asked.data
    const provider = keyedProvider(asked.data.provider)
    if (!provider.ok) return answer(c, provider)
    const expiresAt = expires === undefined ? null : endOf(expires)
    const given = { provider: provider.value, label, text, expiresAt }
    const added = await database.transaction(tx => addKey(tx, { clock, cipher }, given))
    if (!added.ok) return answer(c, added)
    // It may be the first of its provider, whose models can answer from now on.
    const refreshed = await models.refresh()
    return c.json({ ...added.value, says: refreshed.ok ? null : refreshed.says })
  })
  routes.post('/api/operator/keys/rotate', async c =>
    c.json(await database.transaction(tx => rotateAll(tx, cipher))),
  )
  routes.post('/api/operator/keys/:id/disable', async c => {
    const id = c.req.param('id')
    return answer(c, await database.transaction(tx => disableKey(tx, id)))
  })
  routes.post('/api/operator/keys/:id/enable', async c => {
    const id = c.req.param('id')
    return answer(c, await database.transaction(tx => enableKey(tx, { clock, cipher }, id)))
  })
  return routes
}

const STATUS = {
  provider: 400,
  malformed: 400,
  expired: 409,
  known: 409,
  unreadable: 409,
  'not-found': 404,
} as const

function answer(c: Request, result: Result<{ id: string }, keyof typeof STATUS>): Response {
  if (result.ok) return c.json(result.value)
  return c.json({ reason: result.reason, says: result.says }, STATUS[result.reason])
}

/** What is sealed under an old master key: keys of providers, and secrets of projects. */
async function rotateAll(tx: Sql, cipher: Cipher): Promise<Rotation> {
  const [keys, secrets] = [await rotateKeys(tx, cipher), await resealSecrets(tx, cipher)]
  return {
    resealed: keys.resealed + secrets.resealed,
    unreadable: keys.unreadable + secrets.unreadable,
  }
}

function endOf(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 3_600_000)
}

function keyView(key: ListedKey) {
  const { id, provider, label, lastFour, origin, status, disabledReason, ageDays, warning } = key
  const { calls, failures, inputTokens, outputTokens } = key
  return {
    id,
    provider,
    label,
    lastFour,
    origin,
    status,
    disabledReason,
    cooledUntilMs: key.cooledUntil?.getTime() ?? null,
    lastUsedMs: key.lastUsedAt?.getTime() ?? null,
    expiresMs: key.expiresAt?.getTime() ?? null,
    createdMs: key.createdAt.getTime(),
    ageDays,
    warning,
    calls,
    failures,
    inputTokens,
    outputTokens,
    costUsd: usd(key.costPicoUsd),
  }
}
