import { lookup } from 'node:dns/promises'
import type { Clock } from '../../clock.ts'
import type { ClusterSettings } from '../../config/sandbox.ts'
import { OutsideFailure } from '../../failure.ts'
import type { Backend, Detection, Guarantees, RunResult } from '../backend.ts'
import { type Fixtures, NODE_INSIDE } from '../fixtures.ts'
import { limitsFor } from '../limits.ts'
import { neverStarted, runResult } from '../supervise/ended.ts'
import { createScratch, type Scratch, type Workspaces } from '../workspaces.ts'
import { type Cluster, openCluster } from './api.ts'
import { hintFor, RUN_BY_ROOT, refused } from './diagnosis.ts'
import { type Followed, follow } from './follow.ts'
import { type JobSpec, jobFor } from './job.ts'
import { policiesFor } from './policies.ts'
import { serveByAddress } from './serve.ts'
import { createStreams, type Streams } from './streams.ts'
import type { ClusterSupervisor } from './supervisor.ts'
import { sweepCluster } from './sweep.ts'

export type KubernetesOptions = {
  settings: ClusterSettings
  supervisor: ClusterSupervisor
  /** On the claim; its own for each supervisor, and named by its id. */
  stateDir: string
  fixtures: Fixtures
  workspaces: Workspaces
  clock: Clock
}

type Opened = KubernetesOptions & { cluster(): Promise<Cluster>; isClosed: boolean }

/** Runs in jobs of a cluster, one for each run: its network is closed by policy, its kernel is that of a RuntimeClass. */
export function createKubernetes(options: KubernetesOptions): Backend {
  const opened: Opened = { ...options, cluster: onceOpened(options), isClosed: false }
  const { workspaces } = options
  return {
    name: 'kubernetes',
    get guarantees() {
      return guaranteesOf(opened)
    },
    detect: () => detect(opened),
    workspace: files => workspaces.create(files),
    run: (spec, signal) => run(opened, spec, signal),
    serve: async (spec, signal) =>
      serveByAddress((running, stop) => run(opened, spec, stop, running), signal),
    sweep: async () => (await sweepCluster(await opened.cluster(), options)) + (await workspaces.sweep()),
  }
}

/**
 * The kernel of the node holds what a shell can ask of it (the largest file, open files) and what a container has
 * (memory). Processor time is held for each process only, and the number of processes by the node's own setting.
 */
function guaranteesOf({ isClosed }: Opened): Guarantees {
  return {
    wallMs: 'hard',
    cpuSeconds: 'none',
    memoryBytes: 'hard',
    processes: 'none',
    fileBytes: 'hard',
    diskBytes: 'polled',
    openFiles: 'hard',
    outputBytes: 'hard',
    network: isClosed ? 'hard' : 'none',
  }
}

/** A cluster that could not be opened is tried again the next time. */
function onceOpened({ settings, clock }: KubernetesOptions): () => Promise<Cluster> {
  let cluster: Promise<Cluster> | undefined
  return () => {
    cluster ??= openCluster(settings, clock).catch(error => {
      cluster = undefined
      throw error
    })
    return cluster
  }
}

async function run(
  opened: Opened,
  spec: JobSpec,
  signal = new AbortController().signal,
  running?: (ip: string) => void,
): Promise<RunResult> {
  if (signal.aborted) return neverStarted(guaranteesOf(opened))
  const cluster = await opened.cluster()
  const limits = limitsFor(spec.phase, spec.limits)
  const scratch = await createScratch(opened.stateDir)
  const { mark } = scratch
  try {
    const streams = await createStreams(scratch, { ...spec, bytesMax: limits.outputBytes + 1 })
    const facts = { ...opened, mark, streams: streams.dir, programs: opened.fixtures.programs }
    await cluster.createJob(jobFor(spec, limits, facts))
    const written = spec.home === undefined ? [spec.workspace] : [spec.workspace, spec.home]
    const job = { cluster, clock: opened.clock, mark, written, limits, streams, signal, running }
    const followed = await follow(job).finally(() => end(cluster, opened.clock, scratch))
    return await resultOf(followed, streams, limits.outputBytes, guaranteesOf(opened))
  } finally {
    await scratch.dispose()
  }
}

/** What was printed beyond the limit ended the run, even where that was seen only afterwards. */
async function resultOf(
  followed: Followed,
  streams: Streams,
  outputBytes: number,
  guarantees: Guarantees,
): Promise<RunResult> {
  const tooMuch = (await streams.sizes()) > outputBytes
  const killedBy = followed.killedBy ?? (tooMuch ? 'output' : null)
  const exitCode = killedBy === null ? followed.exitCode : null
  const ended = { ...followed, ...(await streams.read()), killedBy, exitCode, status: '' }
  return runResult(ended, UNMETERED, guarantees)
}

/** What a job used is known to its node only. */
const UNMETERED = { inspect: () => null, peak: () => ({ cpuMs: 0, memoryBytes: 0 }) }

const GONE_LOOKS_MAX = 60
const GONE_MS = 250
const NEVER = new AbortController().signal

/** The workspace is used again: nothing may still write to it. */
async function end(cluster: Cluster, clock: Clock, { mark }: Scratch): Promise<void> {
  await cluster.deleteJob(mark)
  for (let looks = 0; looks < GONE_LOOKS_MAX; looks++) {
    const pod = await cluster.podOf(mark)
    if (pod === null) return
    await cluster.deletePod(pod.metadata?.name ?? '')
    await clock.wait(GONE_MS, NEVER)
  }
}

/** Puts the policies there, and then really runs something, which tries to get out. */
async function detect(opened: Opened): Promise<Detection> {
  const { settings, supervisor } = opened
  if (supervisor.uid === 0) return refused(RUN_BY_ROOT, 'user 0')
  try {
    const cluster = await opened.cluster()
    for (const policy of policiesFor(settings)) await cluster.ensurePolicy(policy)
    await tryOut(opened, cluster)
  } catch (error) {
    if (!(error instanceof OutsideFailure)) throw error
    return refused(hintFor(error.message), error.message)
  }
  opened.isClosed = true
  const { namespace, runtimeClass } = settings
  const kernel = runtimeClass ?? 'the kernel of the node (a RuntimeClass is safer)'
  return { ok: true, backend: 'kubernetes', version: `namespace ${namespace}, ${kernel}` }
}

async function tryOut(opened: Opened, cluster: Cluster): Promise<void> {
  const workspace = await opened.workspaces.create(new Map())
  const { address } = await lookup(cluster.api.host)
  const env = { API_HOST: address, API_PORT: `${cluster.api.port}` }
  try {
    const command = ['/bin/sh', '-c', TRIAL]
    const spec = { workspace: workspace.dir, phase: 'lint', command, env } as const
    const { exitCode, killedBy, stdout, stderr } = await run(opened, spec)
    if (exitCode === 0 && stdout === 'closed\n') return
    throw new OutsideFailure(stdout + stderr || `the trial ended with ${exitCode ?? killedBy}`, '')
  } finally {
    await workspace.dispose()
  }
}

/** Policies may take a moment to hold for a new pod. */
const TRIAL = `for place in /tmp "$HOME" /workspace; do
  [ -w "$place" ] || { echo "$place cannot be written"; exit 1; }
done
sleep 0.5
${NODE_INSIDE} -e "
  const api = require('node:net').connect({ host: process.env.API_HOST, port: Number(process.env.API_PORT) })
  const end = said => { console.log(said); process.exit() }
  api.once('connect', () => end('the network is open')).once('error', () => end('closed'))
  setTimeout(() => end('closed'), 2000)"`
