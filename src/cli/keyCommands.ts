import { readFileSync } from 'node:fs'
import { isCancel, password } from '@clack/prompts'
import type { Clock } from '../clock.ts'
import type { KeyView } from '../http/keys.ts'
import { keyedProvider } from '../llm/keys/keyText.ts'
import type { Rotation } from '../llm/keys/rotate.ts'
import type { Client } from './client.ts'
import { EXIT, Refused } from './exit.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { client: Client; clock: Clock; terminal: Terminal }

/** `says`: why the models of its provider cannot be used in spite of it. */
type Added = { id: string; says: string | null }

const STDIN = 0

/**
 * Adds a key, which comes from standard input or is typed unseen: as an argument every user of the machine could read it
 * in the list of processes.
 */
export async function addKey(
  { client, terminal }: Stand,
  providerName: string,
  options: { label?: string; expires?: string },
  read: (provider: string) => Promise<string> = readKey,
): Promise<void> {
  const provider = keyedProvider(providerName)
  if (!provider.ok) throw new Refused(provider.says, EXIT.usage)
  const apiKey = await read(provider.value)
  const added = await client.post<Added>('/api/operator/keys', {
    provider: provider.value,
    apiKey,
    ...options,
  })
  terminal.emit(added)
  terminal.say(`Key ${added.id} is added.`)
  if (added.says !== null) terminal.say(added.says)
}

async function readKey(provider: string): Promise<string> {
  return process.stdin.isTTY ? typed(provider) : readFileSync(STDIN, 'utf8')
}

/** Asked for on standard error: standard output may be JSON. */
async function typed(provider: string): Promise<string> {
  const key = await password({ message: `The key of ${provider}`, output: process.stderr })
  if (isCancel(key)) throw new Refused('No key was added.')
  return key
}

export async function listKeys({ client, clock, terminal }: Stand): Promise<void> {
  const { keys } = await client.get<{ keys: KeyView[] }>('/api/operator/keys')
  terminal.emit({ keys })
  if (keys.length === 0)
    return terminal.say('There is no key. Add one with `botwright keys add google` or `openrouter`.')
  const head = ['id', 'provider', 'key', 'label', 'status', 'calls', 'failed', 'tokens', 'USD', 'last used']
  const nowMs = clock.nowMs()
  terminal.say(table([head, ...keys.map(key => row(key, nowMs))]))
  for (const { id, disabledReason, warning } of keys)
    for (const says of [disabledReason, warning]) if (says !== null) terminal.say(`${id}: ${says}`)
}

function row(key: KeyView, nowMs: number): string[] {
  return [
    key.id,
    key.provider,
    `…${key.lastFour}`,
    key.label,
    statusOf(key, nowMs),
    String(key.calls),
    String(key.failures),
    String(key.inputTokens + key.outputTokens),
    key.costUsd,
    key.lastUsedMs === null ? 'never' : minute(key.lastUsedMs),
  ]
}

function statusOf({ status, cooledUntilMs }: KeyView, nowMs: number): string {
  if (status === 'disabled' || cooledUntilMs === null || cooledUntilMs <= nowMs) return status
  return `rests until ${minute(cooledUntilMs)}`
}

/** For instance `2027-01-31 14:05` in UTC. */
function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}

export async function disableKey({ client, terminal }: Stand, id: string): Promise<void> {
  await client.post(`/api/operator/keys/${encodeURIComponent(id)}/disable`, {})
  terminal.emit({ id, status: 'disabled' })
  terminal.say(`Key ${id} is disabled.`)
}

export async function enableKey({ client, terminal }: Stand, id: string): Promise<void> {
  await client.post(`/api/operator/keys/${encodeURIComponent(id)}/enable`, {})
  terminal.emit({ id, status: 'active' })
  terminal.say(`Key ${id} is used again.`)
}

export async function rotateKeys({ client, terminal }: Stand): Promise<void> {
  const rotation = await client.post<Rotation>('/api/operator/keys/rotate', {})
  terminal.emit(rotation)
  terminal.say(`Sealed anew under the first master key: ${rotation.resealed}.`)
  if (rotation.unreadable > 0)
    terminal.say(`Left as they were, because no master key opens them: ${rotation.unreadable}.`)
}
