import type { SecretsView } from '../http/secrets.ts'
import type { Client } from './client.ts'
import { EXIT, Refused } from './exit.ts'
import { type Terminal, table } from './terminal.ts'
import { readUnseen } from './unseen.ts'

type Stand = { client: Client; terminal: Terminal }
type Asked = { action: 'list' | 'set' | 'remove'; name: string | undefined; description?: string | undefined }

/** Lists, sets or removes secrets of a project. A value is read from standard input or typed unseen, and never shown. */
export async function secrets(
  { client, terminal }: Stand,
  id: string,
  { action, name, description }: Asked,
  read: (name: string) => Promise<string> = readValue,
): Promise<void> {
  const path = `/api/projects/${encodeURIComponent(id)}/secrets`
  if (action === 'list') return tell(terminal, await client.get<SecretsView>(path))
  if (name === undefined)
    throw new Refused(`Name the secret: ./botwright secrets ${id} ${action} NAME`, EXIT.usage)
  if (action === 'remove') {
    terminal.emit(await client.post<SecretsView>(`${path}/remove`, { name }))
    return terminal.say(`${name} is removed.`)
  }
  // A project or a name that is none is said before anybody types a secret.
  await client.get<SecretsView>(path)
  const value = await read(name)
  const given = { name, value, ...(description === undefined ? {} : { description }) }
  terminal.emit(await client.post<SecretsView>(path, given))
  terminal.say(`${name} is kept. Nobody is shown it again; runs and previews see a stand-in.`)
}

function readValue(name: string): Promise<string> {
  return readUnseen(`The value of ${name}`, 'Nothing was set.')
}

function tell(terminal: Terminal, view: SecretsView): void {
  terminal.emit(view)
  const rows = view.secrets.map(({ name, description, atMs }) => [name, day(atMs), description ?? ''])
  const listed = table([['name', 'set', 'what it is for'], ...rows])
  terminal.say(rows.length > 0 ? listed : 'No secret yet. Set one with: ./botwright secrets ID set NAME')
}

/** For instance `2027-01-31`, in UTC. */
function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
