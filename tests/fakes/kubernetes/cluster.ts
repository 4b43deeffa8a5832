import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  loadYaml,
  type V1Job,
  type V1NetworkPolicy,
  type V1Pod,
  type V1PodStatus,
} from '@kubernetes/client-node'
import { neededRights, type Right } from '../../../src/sandbox/kubernetes/rights.ts'
import { json, type Received, type Reply, startServer } from '../server.ts'
import { runPod, waiting } from './kubelet.ts'
import { isOpen, selects } from './policy.ts'
import { isGranted, type Wanted, wantedBy } from './rights.ts'
import { objection, unknownFields } from './strict.ts'

export const NAMESPACE = 'runs'
const TOKEN = 'a-token-of-the-service-account'

/** What goes wrong in a cluster before a container runs. */
export type Trouble = 'no-image' | 'no-quota' | 'no-node' | 'no-runtime-class'

export type ClusterFake = AsyncDisposable & {
  /** Path of a kubeconfig that leads here. */
  kubeconfig: string
  jobs: ReadonlyMap<string, V1Job>
  policies: ReadonlyMap<string, V1NetworkPolicy>
  /** Every job that was made, in order. */
  made: readonly V1Job[]
  /** `verb group/resource` of everything that was asked for. */
  asked: ReadonlySet<string>
  /** A pod that is there beside those of jobs, until it is taken away again. */
  addPod(name: string, uid: string): void
  removePod(name: string): void
  trouble: Trouble | null
  /** Overrides the deadline of every job. */
  deadlineSeconds: number | null
  /** A network plugin that knows no policies lets everything through. */
  enforcesPolicies: boolean
  rights: readonly Right[]
  /** So many further requests are answered with 500. */
  failing: number
}

type State = ClusterFake & {
  jobs: Map<string, V1Job>
  policies: Map<string, V1NetworkPolicy>
  made: V1Job[]
  asked: Set<string>
  pods: Map<string, V1Pod>
  ending: Map<string, AbortController>
  running: Set<Promise<void>>
  collecting: Set<NodeJS.Timeout>
  claimRoot: string
  dir: string
  serial: number
}

/** Starts a cluster on 127.0.0.1 whose only node is this machine; `claimRoot` is the volume that all share. */
export async function startCluster(claimRoot: string): Promise<ClusterFake> {
  const dir = await mkdtemp(join(tmpdir(), 'botwright-cluster-'))
  const server = await startServer(() => undefined)
  const kubeconfig = join(dir, 'kubeconfig')
  await writeFile(kubeconfig, JSON.stringify(kubeconfigFor(server.origin)))
  const state: State = {
    kubeconfig,
    jobs: new Map(),
    policies: new Map(),
    made: [],
    asked: new Set(),
    pods: new Map(),
    ending: new Map(),
    running: new Set(),
    collecting: new Set(),
    trouble: null,
    deadlineSeconds: null,
    enforcesPolicies: true,
    rights: neededRights,
    failing: 0,
    claimRoot,
    dir,
    serial: 0,
    addPod: (name, uid) => state.pods.set(name, { metadata: { name, uid } }),
    removePod: name => state.pods.delete(name),
    async [Symbol.asyncDispose]() {
      for (const timer of state.collecting) clearTimeout(timer)
      for (const end of state.ending.values()) end.abort()
      await Promise.all(state.running)
      await server[Symbol.asyncDispose]()
      await rm(dir, { recursive: true })
    },
  }
  server.behave(received => ({ kind: 'reply', reply: answer(state, received) }))
  return state
}

function kubeconfigFor(server: string) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fake', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'botwright', user: { token: TOKEN } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'botwright' } }],
    'current-context': 'fake',
  }
}

function answer(state: State, { method, path, headers, body }: Received): Reply {
  if (headers.authorization !== `Bearer ${TOKEN}`) return status(401, 'Unauthorized')
  const wanted = wantedBy(method, path)
  if (wanted === null) return status(404, 'the server could not find the requested resource')
  if (state.failing > 0) {
    state.failing--
    return status(500, 'etcdserver: request timed out')
  }
  const { verb, group, resource, namespace, name } = wanted
  state.asked.add(`${verb} ${group}/${resource}`)
  if (namespace !== NAMESPACE || !isGranted(state.rights, wanted))
    return status(
      403,
      `${resource} "${name}" is forbidden: cannot ${verb} resource in the namespace "${namespace}"`,
    )
  const handle = HANDLERS[`${verb} ${resource}`]
  return handle ? handle(state, wanted, body) : status(405, `${verb} ${resource} is not part of this fake`)
}

type Handle = (state: State, wanted: Wanted, body: unknown) => Reply

const HANDLERS: Readonly<Record<string, Handle>> = {
  'create jobs': createJob,
  'delete jobs': (state, { name, query }) => {
    if (query.get('propagationPolicy') !== 'Background') return status(400, 'pods would be left')
    return deleteJob(state, name ?? '')
  },
  'list jobs': (state, wanted) => listed([...state.jobs.values()], wanted),
  'list pods': (state, wanted) => listed([...state.pods.values()], wanted),
  'delete pods': (state, { name }) => {
    if (!state.pods.has(name ?? '')) return status(404, `pods "${name}" not found`)
    state.ending.get(name ?? '')?.abort()
    return json(200, {})
  },
  'list events': (state, { query }) => listedEvents(state, query.get('fieldSelector') ?? ''),
  'create networkpolicies': (state, _, body) => putPolicy(state, body, false),
  'update networkpolicies': (state, _, body) => putPolicy(state, body, true),
}

function createJob(state: State, _: Wanted, body: unknown): Reply {
  const job = loadYaml<V1Job>(JSON.stringify(body))
  const refused = [...unknownFields(body, job).map(field => `unknown field "${field}"`), objection(job)].find(
    Boolean,
  )
  if (refused) return status(422, `Job is invalid: ${refused}: admission denied`)
  const name = job.metadata?.name ?? ''
  if (state.jobs.has(name)) return status(409, `jobs.batch "${name}" already exists`)
  if (job.spec && state.deadlineSeconds !== null) job.spec.activeDeadlineSeconds = state.deadlineSeconds
  state.jobs.set(name, job)
  state.made.push(job)
  if (state.trouble === null || !PODLESS.includes(state.trouble)) startPod(state, job, name)
  return json(201, job)
}

const PODLESS: readonly Trouble[] = ['no-quota', 'no-runtime-class']

function startPod(state: State, job: V1Job, jobName: string): void {
  state.serial++
  const name = `${jobName}-${state.serial}`
  const uid = `00000000-0000-4000-8000-${`${state.serial}`.padStart(12, '0')}`
  const pod: V1Pod = {
    metadata: { ...job.spec?.template.metadata, name, uid, namespace: NAMESPACE },
    spec: job.spec?.template.spec,
    status: { phase: 'Pending' },
  }
  state.pods.set(name, pod)
  const end = new AbortController()
  state.ending.set(name, end)
  const stopped = new Promise<void>(resolve => end.signal.addEventListener('abort', () => resolve()))
  const gone = async () => {
    if (state.trouble === null) await runPod(nodeOf(state), job, pod, end.signal)
    else pod.status = statusIn(state.trouble)
    await stopped
    state.pods.delete(name)
    state.ending.delete(name)
  }
  const running = gone().finally(() => state.running.delete(running))
  state.running.add(running)
}

function nodeOf(state: State) {
  return {
    claimRoot: state.claimRoot,
    dir: state.dir,
    isOpen: (labels: Readonly<Record<string, string>>) =>
      !state.enforcesPolicies || isOpen(labels, [...state.policies.values()]),
  }
}

function statusIn(trouble: Trouble): V1PodStatus {
  if (trouble === 'no-image') return waiting('ImagePullBackOff', 'Back-off pulling image')
  const message = '0/1 nodes are available: 1 Insufficient memory.'
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
  return { phase: 'Pending', conditions: [condition] }
}

function deleteJob(state: State, name: string): Reply {
  if (!state.jobs.delete(name)) return status(404, `jobs.batch "${name}" not found`)
  const collect = () => {
    for (const pod of state.pods.keys()) if (pod.startsWith(`${name}-`)) state.ending.get(pod)?.abort()
  }
  state.collecting.add(setTimeout(collect, GARBAGE_MS))
  return json(200, {})
}

/** The cluster comes to the pods of a deleted job by and by. */
const GARBAGE_MS = 400

function putPolicy(state: State, body: unknown, isThere: boolean): Reply {
  const policy = loadYaml<V1NetworkPolicy>(JSON.stringify(body))
  const unknown = unknownFields(body, policy)
  if (unknown.length > 0) return status(422, `NetworkPolicy is invalid: unknown field "${unknown[0]}"`)
  const name = policy.metadata?.name ?? ''
  if (!isThere && state.policies.has(name)) return status(409, `networkpolicies "${name}" already exists`)
  state.policies.set(name, policy)
  return json(isThere ? 200 : 201, body)
}

const PAGE = 3

/** In pages that are shorter than asked for, as a server may do. */
function listed(all: readonly (V1Job | V1Pod)[], { query }: Wanted): Reply {
  const selector = Object.fromEntries(
    (query.get('labelSelector') ?? '').split(',').map(each => each.split('=')),
  )
  const wanted = all.filter(
    ({ metadata }) => query.get('labelSelector') === null || selects(selector, metadata?.labels ?? {}),
  )
  const from = Number(query.get('continue') ?? 0)
  const next = from + PAGE < wanted.length ? { continue: `${from + PAGE}` } : {}
  return json(200, { metadata: next, items: wanted.slice(from, from + PAGE) })
}

const COMPLAINTS: Partial<Record<Trouble, string>> = {
  'no-quota': 'Error creating: pods "x" is forbidden: exceeded quota: runs, requested: memory=1Gi',
  'no-runtime-class': 'Error creating: pods "x" is forbidden: RuntimeClass "gvisor" not found',
}

function listedEvents({ trouble, jobs }: State, fieldSelector: string): Reply {
  const [, job = ''] = /involvedObject\.name=([^,]+)/.exec(fieldSelector) ?? []
  const message = trouble === null ? undefined : COMPLAINTS[trouble]
  const involvedObject = { kind: 'Job', name: job }
  const items =
    message && jobs.has(job) ? [{ metadata: {}, involvedObject, reason: 'FailedCreate', message }] : []
  return json(200, { metadata: {}, items })
}

function status(code: number, message: string): Reply {
  return json(code, { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, message })
}
