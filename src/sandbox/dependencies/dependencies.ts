import { mkdir } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { Clock } from '../../clock.ts'
import { done, type Result, refuse } from '../../failure.ts'
import type { Mount } from '../backend.ts'
import type { CheckResult } from '../checks/result.ts'
import type { Egress } from '../egress/egress.ts'
import type { Files } from '../files.ts'
import type { Sandbox } from '../open.ts'
import { askVersions, lacks } from '../toolchains/detect.ts'
import type { DependencyRules, Need, Toolchain, ToolchainId } from '../toolchains/toolchain.ts'
import { toolchainsOf } from '../toolchains/toolchains.ts'
import { fetchInto } from './fetch.ts'
import { keyOf } from './key.ts'
import { createSnapshots, type Snapshot, type Snapshots } from './snapshots.ts'
import { type Warm, warm } from './warm.ts'

/** The packages that projects name, fetched once and kept for every run that names exactly the same. */
export type Dependencies = {
  /**
   * Fetches what the manifests of these files name, unless it is there already. A package that does not exist or does
   * not fit is a failed check; a registry that does not answer is a refusal, for which the project can do nothing.
   */
  prepare(files: Files, toolchain: ToolchainId, signal?: AbortSignal): Promise<Result<Prepared, Unprepared>>
  /** What compilers keep of their own library, which is nobody's project: a fresh home may begin with it. */
  warmth(files: Files, toolchain: ToolchainId): Promise<Pick<Prepared, 'mounts' | 'begin'>>
  /** Removes what killed supervisors left behind and what is more than is kept; answers how many things. */
  sweep(): Promise<number>
}

export type Unprepared = 'unreachable' | 'cancelled' | 'full'

/** What a run of the project needs: what is mounted, what may be written, and how it is found. */
export type Prepared = {
  mounts: readonly Mount[]
  scratch: readonly string[]
  env: Readonly<Record<string, string>>
  /** Run once for each fresh home, before anything else is. */
  begin: readonly (readonly string[])[]
  /** How fetching and the scripts of packages ended; a failed one means that they cannot be had as written. */
  checks: readonly CheckResult[]
  /** Lock files that the fetch wrote or completed, as the project should have them. */
  made: Files
}

export type DependenciesOptions = {
  sandbox: Sandbox
  /** The mirror of the registries; null where there is none, and then nothing can be fetched. */
  egress: Pick<Egress, 'open'> | null
  /** Created if need be; on the disk on which the sandbox has its workspaces. */
  stateDir: string
  clock: Clock
  /** All that is kept, in bytes. */
  bytesMax?: number
}

const BYTES_MAX = 20 * 1024 ** 3

export async function createDependencies(options: DependenciesOptions): Promise<Dependencies> {
  const { bytesMax = BYTES_MAX, clock } = options
  const stateDir = resolve(options.stateDir)
  await mkdir(stateDir, { recursive: true, mode: 0o711 })
  const snapshots = createSnapshots(stateDir, { clock, bytesMax })
  const parts: Parts = { ...options, snapshots, versions: new Map(), underWay: new Map(), warm: new Map() }
  return {
    prepare: (files, id, signal) => prepareAll(parts, toolchainsOf(id, files), files, signal),
    warmth: (files, id) => warmthOf(parts, toolchainsOf(id, files)),
    sweep: () => snapshots.sweep(),
  }
}

type Parts = DependenciesOptions & {
  snapshots: Snapshots
  /** What programs said of their versions, by what they are for. */
  versions: Map<string, Promise<Map<string, string>>>
  /** Fetches that are going on, by key. */
  underWay: Map<string, Promise<Fetched>>
  /** What is being made of a compiler's library, by where it is found. */
  warm: Map<string, Promise<Warm | null>>
}

type Fetched = Result<{ snapshot: Snapshot | null; checks: readonly CheckResult[] }, Unprepared>

const NOTHING: Prepared = { mounts: [], scratch: [], env: {}, begin: [], checks: [], made: new Map() }

async function warmthOf(parts: Parts, toolchains: readonly Toolchain[]): Promise<Prepared> {
  let all = NOTHING
  for (const toolchain of toolchains) all = joined(all, await warmOf(parts, toolchain))
  return all
}

/** Made by one caller while the others wait. */
async function warmOf(parts: Parts, { warmth, needs }: Toolchain): Promise<Prepared> {
  if (warmth === undefined) return NOTHING
  const { inside } = warmth.keeps
  const versions = await versionsOf(parts, inside, needs)
  const making = parts.warm.get(inside) ?? warm(parts, warmth, versions)
  parts.warm.set(inside, making)
  const made = await making.finally(() => parts.warm.delete(inside))
  return made === null ? NOTHING : { ...NOTHING, mounts: [made.mount], begin: [made.begin] }
}

async function prepareAll(
  parts: Parts,
  toolchains: readonly Toolchain[],
  files: Files,
  signal?: AbortSignal,
): Promise<Result<Prepared, Unprepared>> {
  let all: Prepared = NOTHING
  for (const toolchain of toolchains) {
    const prepared = await prepareOne(parts, toolchain, files, signal)
    if (!prepared.ok) return prepared
    all = joined(all, joined(prepared.value, await warmOf(parts, toolchain)))
  }
  return done(all)
}

function joined(one: Prepared, other: Prepared): Prepared {
  return {
    mounts: [...one.mounts, ...other.mounts],
    scratch: [...one.scratch, ...other.scratch],
    env: { ...one.env, ...other.env },
    begin: [...one.begin, ...other.begin],
    checks: [...one.checks, ...other.checks],
    made: new Map([...one.made, ...other.made]),
  }
}

async function prepareOne(
  parts: Parts,
  { env = {}, needs, dependencies: rules }: Toolchain,
  files: Files,
  signal?: AbortSignal,
): Promise<Result<Prepared, Unprepared>> {
  const nothing = { ...NOTHING, env }
  const inputs = rules?.inputs(files) ?? null
  if (rules === undefined || inputs === null) return done(nothing)
  const fetched = await fetchedOnce(parts, rules, [...needs, ...rules.needs], inputs, files, signal)
  if (!fetched.ok) return fetched
  const { snapshot, checks } = fetched.value
  if (snapshot === null) return done({ ...nothing, checks })
  return done({
    ...nothing,
    mounts: [{ host: snapshot.dir, inside: rules.keeps.inside }],
    scratch: rules.scratch,
    env: { ...env, ...rules.env },
    checks,
    made: new Map([...snapshot.made].filter(([path, { content }]) => !isSame(files, path, content))),
  })
}

function isSame(files: Files, path: string, content: Uint8Array | string): boolean {
  const own = files.get(path)?.content
  return own !== undefined && Buffer.from(own).equals(Buffer.from(content))
}

async function fetchedOnce(
  parts: Parts,
  rules: DependencyRules,
  needs: readonly Need[],
  inputs: Files,
  files: Files,
  signal?: AbortSignal,
): Promise<Fetched> {
  const versions = await versionsOf(parts, rules.ecosystem, needs)
  const key = keyOf(rules, versions, inputs)
  const missing = rules.needs.flatMap(need => lacks(need, versions.get(need.binary)))
  if (missing.length > 0) return refuse('unreachable', `${missing.join(', ')}: ${rules.install}`)
  // One that another caller cancelled is begun again.
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    if (signal?.aborted) return cancelled()
    const running = parts.underWay.get(key)
    if (running === undefined) return begin(parts, key, rules, inputs, files, signal)
    const fetched = await Promise.race([running, abortOf(signal)])
    if (fetched.ok || fetched.reason !== 'cancelled') return fetched
  }
  return cancelled()
}

const TURNS_MAX = 100

function begin(
  parts: Parts,
  key: string,
  rules: DependencyRules,
  inputs: Files,
  files: Files,
  signal?: AbortSignal,
): Promise<Fetched> {
  const fetching = keptOrFetched(parts, key, rules, inputs, files, signal).finally(() => {
    parts.underWay.delete(key)
  })
  parts.underWay.set(key, fetching)
  return fetching
}

async function keptOrFetched(
  { sandbox, egress, snapshots }: Parts,
  key: string,
  rules: DependencyRules,
  inputs: Files,
  files: Files,
  signal?: AbortSignal,
): Promise<Fetched> {
  const kept = await snapshots.find(key)
  if (kept !== null) return done({ snapshot: kept, checks: kept.checks.map(check => ({ ...check, ms: 0 })) })
  if (egress === null) return refuse('unreachable', noRegistry(rules))
  const room = await snapshots.makeRoom()
  if (!room.ok) return room
  const seen = new Map([...(rules.stubs?.(files) ?? []), ...inputs])
  const fetched = await fetchInto({ sandbox, egress, rules, inputs, seen, signal })
  try {
    if (!fetched.ok) return fetched
    const { checks, workspace, made } = fetched.value
    if (checks.some(({ passed }) => !passed)) return done({ snapshot: null, checks })
    const directory = join(workspace.dir, rules.keeps.directory)
    return done({
      snapshot: await snapshots.keep(key, directory, { made, checks, writable: writableIn(rules) }),
      checks,
    })
  } finally {
    if (fetched.ok) await fetched.value.workspace.dispose()
  }
}

/** What is written in a run is mounted over a directory, which must be there. */
function writableIn({ scratch, keeps }: DependencyRules): string[] {
  return scratch.map(path => relative(keeps.inside, path))
}

function noRegistry({ ecosystem }: DependencyRules): string {
  return `The project names packages of ${ecosystem}, and no registry for them is configured on this machine.`
}

/** A machine gets new versions while this process is not running. */
function versionsOf(
  { sandbox, versions }: Parts,
  kind: string,
  needs: readonly Need[],
): Promise<Map<string, string>> {
  const asked = versions.get(kind)
  if (asked !== undefined) return asked
  const asking = askVersions(sandbox, needs)
  versions.set(kind, asking)
  asking.catch(() => versions.delete(kind))
  return asking
}

function cancelled() {
  return refuse('cancelled', 'Fetching the dependencies was cancelled.')
}

function abortOf(signal?: AbortSignal): Promise<Fetched> {
  return new Promise(resolve => {
    signal?.addEventListener('abort', () => resolve(cancelled()), { once: true })
  })
}
