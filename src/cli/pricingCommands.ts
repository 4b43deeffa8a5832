import type { PriceView } from '../http/pricing.ts'
import type { Client } from './client.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { client: Client; terminal: Terminal }

/** USD per million tokens, as they were typed; `image` is USD for one picture. */
export type PriceOptions = {
  input: string
  output: string
  cached?: string
  cacheWrite?: string
  thinking?: string
  image?: string
}

export async function listPrices({ client, terminal }: Stand): Promise<void> {
  const { prices } = await client.get<{ prices: PriceView[] }>('/api/operator/prices')
  terminal.emit({ prices })
  if (prices.length === 0) return terminal.say('There are no prices yet.')
  terminal.say(table([['provider', 'model', 'input', 'cached', 'output', 'says', ''], ...prices.map(row)]))
  terminal.say('USD per million tokens.')
}

function row(price: PriceView): string[] {
  const { provider, model, inputUsdPerMillion, cachedUsdPerMillion, outputUsdPerMillion } = price
  const tiers = price.tiers.map(({ aboveTokens }) => `another above ${aboveTokens} tokens`)
  const state = [price.standing, ...tiers].join(', ')
  return [provider, model, inputUsdPerMillion, cachedUsdPerMillion, outputUsdPerMillion, price.source, state]
}

export async function setPrice(
  { client, terminal }: Stand,
  model: string,
  price: PriceOptions,
): Promise<void> {
  const set = await client.post<object>('/api/operator/prices', { model, ...price })
  terminal.emit(set)
  terminal.say(
    `${model} costs ${price.input} in and ${price.output} out from now on, in USD per million tokens.`,
  )
}

export async function endPrice({ client, terminal }: Stand, model: string): Promise<void> {
  const ended = await client.post<object>('/api/operator/prices/end', { model })
  terminal.emit(ended)
  terminal.say(`${model} has no price any more, so it is not called.`)
}

export async function syncPrices({ client, terminal }: Stand): Promise<void> {
  const synced = await client.post<{ looked: number; changed: number }>('/api/operator/prices/sync', {})
  terminal.emit(synced)
  terminal.say(`${synced.looked} prices looked at, ${synced.changed} changed.`)
}
