import { done, type Result } from '../../failure.ts'
import type { Client } from './client.ts'
import { ECOSYSTEMS, type Ecosystem, type Upstream, type Upstreams } from './ecosystem.ts'
import { checksumHost, type GoChecksums } from './shelves/go.ts'
import type { Stock } from './stock.ts'

/** What is known of the registry of an ecosystem. */
export type Registry = { ecosystem: Ecosystem; configured: boolean; reachable: boolean; why: string | null }

export type Asking = { registries: readonly Registry[]; checksums: GoChecksums }

const ASK_MS_MAX = 15_000
const NO_CHECKSUMS: GoChecksums = { name: null, exempt: '', passedOn: false }

/** Before anything was asked. */
export function unasked(upstreams: Upstreams): Asking {
  const registries = ECOSYSTEMS.map(ecosystem => {
    const configured = upstreams.registries[ecosystem] !== undefined
    const why = configured ? 'It was not asked yet.' : whyMissing(upstreams, ecosystem)
    return { ecosystem, configured, reachable: false, why }
  })
  return { registries, checksums: NO_CHECKSUMS }
}

/** Asks every registry for something small that most have; that it has it not is an answer too. */
export async function askRegistries(
  upstreams: Upstreams,
  client: Client,
  { shelves }: Stock,
): Promise<Asking> {
  const registries = ECOSYSTEMS.map(async (ecosystem): Promise<Registry> => {
    const upstream = upstreams.registries[ecosystem]
    const sample = shelves.get(ecosystem)?.sample
    if (upstream === undefined || sample === undefined)
      return { ecosystem, configured: false, reachable: false, why: whyMissing(upstreams, ecosystem) }
    const status = await statusOf(client, upstream, sample)
    const why = status.ok ? complaint(status.value) : `The registry cannot be reached: ${status.says}.`
    return { ecosystem, configured: true, reachable: why === null, why }
  })
  const [asked, checksums] = await Promise.all([Promise.all(registries), askChecksums(upstreams, client)])
  return { registries: asked, checksums }
}

async function askChecksums({ registries: { go } }: Upstreams, client: Client): Promise<GoChecksums> {
  const { name, exempt } = go?.checksums ?? NO_CHECKSUMS
  const host = checksumHost(name)
  if (go === undefined || host === null) return { name, exempt, passedOn: false }
  const status = await statusOf(client, go, `sumdb/${host}/supported`)
  return { name, exempt, passedOn: status.ok && status.value === 200 }
}

async function statusOf(client: Client, upstream: Upstream, page: string): Promise<Result<number, string>> {
  const signal = AbortSignal.timeout(ASK_MS_MAX)
  const asked = { upstream, method: 'GET', accept: '*/*', compressed: true, signal } as const
  const answer = await client.ask(`${upstream.base}${page}`, asked)
  if (!answer.ok) return answer
  answer.value.body.destroy()
  return done(answer.value.status)
}

function complaint(status: number): string | null {
  if ([200, 404, 410].includes(status)) return null
  if (status === 401 || status === 403)
    return `The registry does not accept this machine's credentials (${status}).`
  return `The registry answers ${status}.`
}

function whyMissing(upstreams: Upstreams, ecosystem: Ecosystem): string {
  return upstreams.missing[ecosystem] ?? 'No registry is configured on this machine.'
}
