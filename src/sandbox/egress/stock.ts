import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { done, type Result, refuse } from '../../failure.ts'
import type { Log } from '../../log.ts'
import { longerThan, TooMuch, upTo } from './bounded.ts'
import type { Cache } from './cache.ts'
import type { Caps } from './caps.ts'
import type { Answer, Client } from './client.ts'
import { ECOSYSTEMS, type Ecosystem, type Upstreams } from './ecosystem.ts'
import { createLinks } from './links.ts'
import type { LoadReason, Page, Shelf } from './shelves/shelf.ts'
import { SHELVES } from './shelves/shelves.ts'

/** Everything behind the doors: the shelves of the registries that are configured, and the way to fetch from them. */
export type Stock = {
  shelves: ReadonlyMap<Ecosystem, Shelf>
  /** A page of a registry, whole. */
  load(
    ecosystem: Ecosystem,
    address: string,
    accept: string,
    signal: AbortSignal,
  ): Promise<Result<Page, LoadReason>>
  /** A file of a registry, from the cache where it may be kept. */
  fetch(ecosystem: Ecosystem, address: string, how: FetchHow): Promise<Result<Goods, LoadReason>>
}

export type FetchHow = { method: 'GET' | 'HEAD'; changes: boolean; signal: AbortSignal }

/** A file on its way. Its body is read to the end or destroyed. */
export type Goods = {
  type: string
  length: number | null
  body: Readable | AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export function createStock(options: {
  upstreams: Upstreams
  client: Client
  cache: Cache
  caps: Caps
  log: Log
}): Stock {
  const { upstreams, client, cache, caps, log } = options

  /** An answer that is what was asked for, or why there is none. */
  async function ask(
    ecosystem: Ecosystem,
    address: string,
    asked: { method: 'GET' | 'HEAD'; accept: string; compressed: boolean; signal: AbortSignal },
  ): Promise<Result<Answer, LoadReason>> {
    const upstream = upstreams.registries[ecosystem]
    if (upstream === undefined) return refuse('unreachable', 'no registry is configured on this machine')
    const answer = await client.ask(address, { upstream, ...asked })
    const judged = answer.ok ? judge(answer.value) : answer
    if (!judged.ok && judged.reason !== 'absent')
      log.warn(
        { ecosystem, host: new URL(address).host, why: judged.says },
        'a registry did not give what was asked of it',
      )
    return judged
  }

  return {
    shelves: createShelves(upstreams),
    async load(ecosystem, address, accept, signal) {
      const answer = await ask(ecosystem, address, { method: 'GET', accept, compressed: true, signal })
      if (!answer.ok) return answer
      try {
        return done({
          type: answer.value.type,
          body: await buffer(upTo(answer.value.body, caps.pageBytesMax)),
        })
      } catch (failure) {
        if (failure instanceof TooMuch) return refuse('forbidden', failure.message)
        return refuse('unreachable', 'the registry broke off')
      }
    },
    async fetch(ecosystem, address, { method, changes, signal }) {
      const kept = changes ? null : await cache.find(address)
      if (kept !== null)
        return done(bodyless(method, { type: kept.type, length: kept.bytes, body: kept.body }))
      const answer = await ask(ecosystem, address, { method, accept: '*/*', compressed: false, signal })
      if (!answer.ok) return answer
      const { type, length, body } = answer.value
      if ((length ?? 0) > caps.artefactBytesMax) {
        body.destroy()
        return refuse('forbidden', longerThan(caps.artefactBytesMax))
      }
      if (method === 'HEAD') return done(bodyless(method, { type, length, body }))
      const bounded = upTo(body, caps.artefactBytesMax)
      if (changes) return done({ type, length, body: bounded })
      return done({ type, length, body: keeping(bounded, { address, type, length, cache }) })
    },
  }
}

function createShelves(upstreams: Upstreams): Map<Ecosystem, Shelf> {
  const links = createLinks()
  return new Map(
    ECOSYSTEMS.flatMap(ecosystem => {
      const upstream = upstreams.registries[ecosystem]
      return upstream === undefined
        ? []
        : [[ecosystem, SHELVES[ecosystem].shelf({ upstream, links })] as const]
    }),
  )
}

function bodyless(method: 'GET' | 'HEAD', { type, length, body }: Goods & { body: Readable }): Goods {
  if (method === 'GET') return { type, length, body }
  body.destroy()
  return { type, length, body: [] }
}

/** A registry that answers no to a credential is not to be had; one that has no such file is. */
function judge(answer: Answer): Result<Answer, LoadReason> {
  const { status } = answer
  if (status === 200) return done(answer)
  answer.body.destroy()
  const says = `the registry answers ${status}`
  const isTheirs = status >= 400 && status < 500 && ![401, 407, 408, 425, 429].includes(status)
  return refuse(isTheirs ? 'absent' : 'unreachable', says)
}

type Purpose = { address: string; type: string; length: number | null; cache: Cache }

/** Passes the pieces on and keeps them, when all of them came. */
async function* keeping(body: AsyncIterable<Uint8Array>, purpose: Purpose): AsyncGenerator<Uint8Array> {
  const { address, type, length, cache } = purpose
  const part = cache.begin(address)
  let bytes = 0
  try {
    for await (const piece of body) {
      bytes += piece.length
      await part.add(piece)
      // Before the asker has all of it, so that whoever asks next finds it.
      if (bytes === length) await part.finish(type)
      yield piece
    }
    if (length === null) await part.finish(type)
  } finally {
    await part.abandon()
  }
}
