import type {
  BatchV1Api,
  CoreV1Api,
  NetworkingV1Api,
  V1Job,
  V1NetworkPolicy,
  V1Pod,
} from '@kubernetes/client-node'
import type { Clock } from '../../clock.ts'
import type { ClusterSettings } from '../../config/sandbox.ts'
import { messageOf, OutsideFailure } from '../../failure.ts'
import { hintFor } from './diagnosis.ts'
import { LABELS, PART } from './labels.ts'

/** What is asked of the cluster; each of these throws `OutsideFailure` with what the cluster said. */
export type Cluster = {
  /** The address of its API, which no run may reach. */
  api: { host: string; port: number }
  createJob(job: V1Job): Promise<void>
  /** With its pods, at once; nothing happens when it is gone already. */
  deleteJob(name: string): Promise<void>
  /** All jobs of ours, whoever made them. */
  jobs(): Promise<V1Job[]>
  podOf(mark: string): Promise<V1Pod | null>
  deletePod(name: string): Promise<void>
  /** The uids of all pods of the namespace. */
  podUids(): Promise<ReadonlySet<string>>
  /** What the cluster complained of about a job. */
  warnings(job: string): Promise<string[]>
  /** Puts a policy there, in place of what had its name. */
  ensurePolicy(policy: V1NetworkPolicy): Promise<void>
}

type Clients = { batch: BatchV1Api; core: CoreV1Api; networking: NetworkingV1Api }

const REQUEST_MS_MAX = 30_000
const LISTED_MAX = 500
/** Pages of a list; a namespace with more pods than these hold is none of ours. */
const PAGES_MAX = 40

/** The client is large: it is loaded when the first cluster is opened. */
export async function openCluster(settings: ClusterSettings, clock: Clock): Promise<Cluster> {
  const library = await import('@kubernetes/client-node')
  const config = new library.KubeConfig()
  const { server } = await wrapped(clock, async () => {
    if (settings.kubeconfig === undefined) config.loadFromCluster()
    else config.loadFromFile(settings.kubeconfig)
    return config.getCurrentCluster() ?? { server: '' }
  })
  const clients: Clients = await wrapped(clock, async () => ({
    batch: config.makeApiClient(library.BatchV1Api),
    core: config.makeApiClient(library.CoreV1Api),
    networking: config.makeApiClient(library.NetworkingV1Api),
  }))
  return clusterOf(clients, addressOf(server), settings.namespace, clock)
}

function clusterOf(
  { batch, core, networking }: Clients,
  api: Cluster['api'],
  namespace: string,
  clock: Clock,
): Cluster {
  const ours = `${LABELS.part}=${PART}`
  const ask = <Value>(request: () => Promise<Value>) => wrapped(clock, request)
  const gone = { gracePeriodSeconds: 0 }
  return {
    api,
    createJob: async body => {
      await ask(() => batch.createNamespacedJob({ namespace, body }))
    },
    deleteJob: name =>
      unlessMissing(() =>
        ask(() => batch.deleteNamespacedJob({ namespace, name, ...gone, propagationPolicy: 'Background' })),
      ),
    jobs: () =>
      pages(_continue =>
        ask(() => batch.listNamespacedJob({ namespace, labelSelector: ours, limit: LISTED_MAX, _continue })),
      ),
    async podOf(mark) {
      const labelSelector = `${ours},${LABELS.mark}=${mark}`
      const { items } = await ask(() => core.listNamespacedPod({ namespace, labelSelector, limit: 2 }))
      return items[0] ?? null
    },
    deletePod: name => unlessMissing(() => ask(() => core.deleteNamespacedPod({ namespace, name, ...gone }))),
    async podUids() {
      const all = await pages(_continue =>
        ask(() => core.listNamespacedPod({ namespace, limit: LISTED_MAX, _continue })),
      )
      return new Set(all.map(({ metadata }) => metadata?.uid ?? ''))
    },
    async warnings(job) {
      const fieldSelector = `involvedObject.kind=Job,involvedObject.name=${job},type=Warning`
      const { items } = await ask(() => core.listNamespacedEvent({ namespace, fieldSelector, limit: 10 }))
      return items.map(({ reason, message }) => `${reason}: ${message}`)
    },
    async ensurePolicy(body) {
      const created = ask(() => networking.createNamespacedNetworkPolicy({ namespace, body }))
      const name = body.metadata?.name ?? ''
      await created.catch(error => {
        if (!isStatus(error, 409)) throw error
        return ask(() => networking.replaceNamespacedNetworkPolicy({ namespace, name, body }))
      })
    },
  }
}

type Page<Item> = { items: Item[]; metadata?: { _continue?: string } }

async function pages<Item>(page: (from: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const all: Item[] = []
  let from: string | undefined
  for (let count = 0; count < PAGES_MAX; count++) {
    const { items, metadata } = await page(from)
    all.push(...items)
    from = metadata?._continue || undefined
    if (from === undefined) return all
  }
  throw new OutsideFailure('the namespace holds too many objects', 'Give the jobs a namespace of their own.')
}

async function unlessMissing(request: () => Promise<unknown>): Promise<void> {
  await request().catch(error => {
    if (!isStatus(error, 404)) throw error
  })
}

/** A failure of the cluster begins with its status; one that is not a failure of the outside is a bug and stays one. */
function isStatus(error: unknown, status: number): boolean {
  return error instanceof OutsideFailure && error.message.startsWith(`${status} `)
}

async function wrapped<Value>(clock: Clock, request: () => Promise<Value>): Promise<Value> {
  const answered = new AbortController()
  const late = clock.wait(REQUEST_MS_MAX, answered.signal).then(() => {
    throw new Error('no answer')
  })
  try {
    return await Promise.race([request(), late])
  } catch (error) {
    throw outside(error)
  } finally {
    late.catch(() => undefined)
    answered.abort()
  }
}

/** The message only: headers and the request may carry the token. */
function outside(error: unknown): OutsideFailure {
  const said = statusOf(error) ?? [messageOf(error), causeOf(error)].filter(Boolean).join(': ')
  return new OutsideFailure(said, hintFor(said).says)
}

/** The cluster answers with a Status in JSON (status code, reason, message). */
function statusOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number') return null
  const body = 'body' in error ? error.body : undefined
  return `${error.code} ${messageIn(body)}`
}

function messageIn(body: unknown): string {
  const parsed = typeof body === 'string' ? jsonOf(body) : body
  if (typeof parsed !== 'object' || parsed === null || !('message' in parsed)) return 'without a message'
  return String(parsed.message)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : ''
}

function addressOf(server: string): Cluster['api'] {
  const { hostname, port, protocol } = new URL(server)
  return { host: hostname, port: Number(port) || (protocol === 'http:' ? 80 : 443) }
}
