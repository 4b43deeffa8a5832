import type { Client } from './client.ts'
import type { Terminal } from './terminal.ts'

type Stand = { client: Client; terminal: Terminal }

/** Prints a fresh link that lets one browser in, once; refused while nothing is served. */
export async function printLink({ client, terminal }: Stand): Promise<void> {
  const { link } = await client.post<{ link: string }>('/api/operator/link', {})
  terminal.emit({ link })
  terminal.say(`Open this link once in your browser:\n\n  ${link}\n`)
}
