import { Hono } from 'hono'
import { z } from 'zod'
import { usd } from '../billing/money.ts'
import { type Figures, REPORT_BY, type Report, report } from '../billing/report.ts'
import type { Context } from './context.ts'
import { answerMalformed } from './refuse.ts'

const day = z.iso.date('A day is written like 2026-11-25.').optional()
const querySchema = z
  .object({
    from: day,
    to: day,
    by: z.enum(REPORT_BY, `A report is by ${REPORT_BY.join(', ')}.`).default('provider'),
  })
  .refine(
    ({ from, to }) => from === undefined || to === undefined || from <= to,
    'The first day comes first.',
  )

export type ReportView = ReturnType<typeof viewOf>

type Needs = { parts: Pick<Context['parts'], 'database'> }

/** What the house spends and earns, for its operator. */
export function reportApi({ parts: { database } }: Needs): Hono {
  const routes = new Hono()
  routes.get('/api/operator/report', async c => {
    const asked = querySchema.safeParse(c.req.query())
    if (!asked.success) return answerMalformed(asked, c)
    const { by, ...period } = asked.data
    return c.json({ by, ...period, ...viewOf(await report(database.sql, period, by)) })
  })
  return routes
}

function viewOf({ total, rows, rehearsal, quotes }: Report) {
  const { projects, below, inside, above, overCap, medianRatio } = quotes
  return {
    total: figuresOf(total),
    rows: rows.map(row => ({ key: row.key, ...figuresOf(row) })),
    rehearsal: figuresOf(rehearsal),
    quotes: {
      projects,
      below,
      inside,
      above,
      overCap,
      /** A half is as it should be. */
      withinLowShare: projects === 0 ? null : below / projects,
      /** Nine in ten are. */
      withinHighShare: projects === 0 ? null : (below + inside) / projects,
      medianRatio,
    },
  }
}

function figuresOf({ calls, costPicoUsd, revenuePicoUsd, refundsPicoUsd }: Figures) {
  const earned = revenuePicoUsd - refundsPicoUsd
  const margin = earned - costPicoUsd
  return {
    calls,
    costUsd: usd(costPicoUsd),
    revenueUsd: usd(revenuePicoUsd),
    refundsUsd: usd(refundsPicoUsd),
    marginUsd: usd(margin),
    /** Of what was earned; null where nothing was. */
    marginShare: earned === 0n ? null : Number(margin) / Number(earned),
  }
}
