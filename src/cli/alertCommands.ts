import type { AlertView } from '../http/alerts.ts'
import type { Client } from './client.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { client: Client; terminal: Terminal }

export async function listAlerts({ client, terminal }: Stand): Promise<void> {
  const { alerts } = await client.get<{ alerts: AlertView[] }>('/api/operator/alerts')
  terminal.emit({ alerts })
  if (alerts.length === 0) return terminal.say('There is nothing to see.')
  const rows = alerts.map(({ id, kind, subject, says }) => [id, kind, subject, says])
  terminal.say(table([['id', 'kind', 'about', 'what'], ...rows]))
}

export async function markSeen({ client, terminal }: Stand, id: string): Promise<void> {
  await client.post(`/api/operator/alerts/${encodeURIComponent(id)}/seen`, {})
  terminal.emit({ id, seen: true })
  terminal.say(`Alert ${id} is seen; the same trouble is told again when it comes again.`)
}
