import type { CreditsView } from '../http/credits.ts'
import type { Client } from './client.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { client: Client; terminal: Terminal }

export type CreditsOptions = { after?: string; limit?: string }

/** What one has, and what changed it, newest first. */
export async function showCredits({ client, terminal }: Stand, options: CreditsOptions): Promise<void> {
  const query = new URLSearchParams({ ...options })
  const found = await client.get<CreditsView>(`/api/credits?${query}`)
  terminal.emit(found)
  const { balance, transactions, next } = found
  terminal.say(`Available: ${balance.availableCredits} credits. Set aside: ${balance.heldCredits}.`)
  if (transactions.length === 0) return terminal.say('There are no transactions.')
  terminal.say(table([['when', 'what', 'credits', 'project', 'reason'], ...transactions.map(row)]))
  if (next !== null) terminal.say(`Older ones: ./botwright credits --after ${next}`)
}

function row({ atMs, type, amountCredits, project, reason }: CreditsView['transactions'][number]): string[] {
  const when = new Date(atMs).toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ')
  return [when, type.replaceAll('_', ' '), amountCredits, project ?? '', reason]
}
