import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { credits } from '../billing/money.ts'
import { balanceOf } from '../billing/posting.ts'
import { type Transaction, transactionsOf } from '../billing/transactions.ts'
import type { Context } from './context.ts'
import { answerMalformed } from './refuse.ts'
import { refusalView } from './views.ts'

const PAGE = 50
const PAGE_MAX = 200

const transactionView = z.object({
  id: z.string(),
  type: z.enum([
    'initial_grant',
    'purchase',
    'usage_deduction',
    'refund',
    'manual_adjustment',
    'referral_bonus',
  ]),
  /** Signed: what it changed for the user. */
  amountCredits: z.string(),
  reason: z.string(),
  project: z.string().nullable(),
  task: z.string().nullable(),
  /** The model call it is for. */
  call: z.string().nullable(),
  payment: z.string().nullable(),
  /** Who did it, when somebody did it by hand. */
  actor: z.string().nullable(),
  idempotencyKey: z.string(),
  atMs: z.number().int(),
})

const creditsView = z.object({
  balance: z.object({ availableCredits: z.string(), heldCredits: z.string() }),
  transactions: z.array(transactionView),
  /** What `after` takes for the older ones; null when there are none. */
  next: z.string().nullable(),
})
export type CreditsView = z.infer<typeof creditsView>

const query = z.object({
  after: z.string().max(220).optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1, 'A page has 1 to 200 transactions.')
    .max(PAGE_MAX, 'A page has 1 to 200 transactions.')
    .default(PAGE),
})

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

type Needs = Pick<Context, 'userId'> & { parts: Pick<Context['parts'], 'database'> }

/** What a user has, and what changed it. */
export function creditsApi({ parts: { database }, userId }: Needs): OpenAPIHono {
  const api = new OpenAPIHono({ defaultHook: answerMalformed })
  api.openapi(
    createRoute({
      method: 'get',
      path: '/api/credits',
      request: { query },
      responses: {
        200: json(creditsView, 'The balance, and transactions, newest first'),
        400: json(refusalView, 'It cannot be understood'),
      },
    }),
    async c => {
      const page = await transactionsOf(database.sql, userId, c.req.valid('query'))
      if (!page.ok) return c.json({ reason: 'malformed', says: page.says }, 400)
      const { availableMicro, heldMicro } = await balanceOf(database.sql, userId)
      const balance = { availableCredits: credits(availableMicro), heldCredits: credits(heldMicro) }
      return c.json(
        { balance, transactions: page.value.transactions.map(viewOf), next: page.value.next },
        200,
      )
    },
  )
  return api
}

function viewOf(transaction: Transaction): z.infer<typeof transactionView> {
  const { id, type, amountMicro, reason, projectId, taskId, usageId, paymentId, actor, at } = transaction
  return {
    id,
    type,
    amountCredits: credits(amountMicro),
    reason,
    project: projectId,
    task: taskId,
    call: usageId,
    payment: paymentId,
    actor,
    idempotencyKey: transaction.idempotencyKey,
    atMs: at.getTime(),
  }
}
