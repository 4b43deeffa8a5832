import type { ReportView } from '../http/report.ts'
import type { Client } from './client.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { client: Client; terminal: Terminal }

export type ReportOptions = { from?: string; to?: string; by?: string }

/** What calls cost, what was paid for them, and how good the quotes were. */
export async function reportLedger({ client, terminal }: Stand, options: ReportOptions): Promise<void> {
  const report = await client.get<ReportView & { by: string }>(
    `/api/operator/report?${new URLSearchParams({ ...options })}`,
  )
  terminal.emit({ report })
  const { by, rows, total, rehearsal, quotes } = report
  const lines = rows.map(row => line(row.key === '' ? '(none)' : row.key, row))
  terminal.say(
    table([[by, 'calls', 'cost', 'revenue', 'refunds', 'margin', ''], ...lines, line('total', total)]),
  )
  terminal.say('USD; credits at what one was worth when its call was made.')
  if (rehearsal.calls > 0)
    terminal.say(`Not in it: ${rehearsal.calls} calls of the rehearsal, which cost nothing.`)
  terminal.say(quotesText(quotes))
}

function line(name: string, figures: ReportView['total']): string[] {
  const { calls, costUsd, revenueUsd, refundsUsd, marginUsd, marginShare } = figures
  return [name, String(calls), costUsd, revenueUsd, refundsUsd, marginUsd, percent(marginShare)]
}

function quotesText({
  projects,
  withinLowShare,
  withinHighShare,
  overCap,
  medianRatio,
}: ReportView['quotes']): string {
  if (projects === 0) return 'No quoted project was delivered yet.'
  const median = medianRatio === null ? '' : ` The median was ${medianRatio.toFixed(2)} of the low end.`
  return `Quotes: of ${projects} delivered projects ${percent(withinLowShare)} stayed below the low end (50 % should), ${percent(withinHighShare)} below the high end (90 % should), and ${overCap} came out above the cap.${median}`
}

function percent(share: number | null): string {
  return share === null ? '' : `${(share * 100).toFixed(0)} %`
}
