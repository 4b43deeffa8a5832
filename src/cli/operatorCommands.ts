import type { Audit } from '../billing/audit.ts'
import type { Client } from './client.ts'
import { Refused } from './exit.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { client: Client; terminal: Terminal }

/** Proves the books; exit code 1 with every discrepancy when they do not balance. */
export async function auditLedger({ client, terminal }: Stand): Promise<void> {
  const audit = await client.get<Audit>('/api/ledger/audit')
  terminal.emit({ audit })
  const counted = Object.entries(audit.checked).map(([what, count]) => [what, String(count)])
  terminal.say(table([['checked', 'rows'], ...counted]))
  if (audit.balanced)
    return terminal.say('Every account balances, and every completed call is charged exactly once.')
  const found = audit.discrepancies.map(each => `${each.rule}: ${each.subject}: ${each.found}`)
  throw new Refused(`The books do not balance:\n${found.join('\n')}`)
}

type UserRow = { id: string; name: string; role: string; availableCredits: string; heldCredits: string }

export async function listUsers({ client, terminal }: Stand): Promise<void> {
  const { users } = await client.get<{ users: UserRow[] }>('/api/operator/users')
  terminal.emit({ users })
  const { billing } = await client.session()
  const sells = billing.shows === 'credits'
  const rows = users.map(user => [
    user.id,
    user.role,
    ...(sells ? [user.availableCredits, user.heldCredits] : []),
  ])
  terminal.say(table([['user', 'role', ...(sells ? ['available', 'held'] : [])], ...rows]))
}

export async function grantCredits(
  { client, terminal }: Stand,
  user: string,
  credits: string,
  reason: string,
): Promise<void> {
  const granted = await client.post<{ user: string; availableCredits: string }>('/api/operator/grants', {
    user,
    credits,
    reason,
  })
  terminal.emit(granted)
  terminal.say(`${user} has ${granted.availableCredits} credits.`)
}
