import { OutsideFailure, type Result } from '../../failure.ts'
import type { Backend, Detection, RunResult } from '../backend.ts'
import { type Fixtures, NODE_INSIDE } from '../fixtures.ts'
import { limitsFor } from '../limits.ts'
import type { RelayedSpec } from '../relay.ts'
import { neverStarted, runResult } from '../supervise/ended.ts'
import { isLeftover, killLeftovers } from '../supervise/marks.ts'
import { openStreams } from '../supervise/pipes.ts'
import { type Ended, runProcess } from '../supervise/process.ts'
import { serveByTunnel } from '../supervise/serve.ts'
import { createScratch, type Scratch, type Workspaces } from '../workspaces.ts'
import { type ContainerFacts, containerArguments } from './arguments.ts'
import { type ContainerReason, hintFor } from './diagnosis.ts'
import { type Engine, refused } from './engine.ts'
import { containerFacts, guaranteesOf, NOTHING_PROMISED, scratchIn } from './facts.ts'
import type { Supervisor } from './identity.ts'
import { type Image, readImage } from './image.ts'
import { createContainerMeter } from './meter.ts'
import { marksOf, remove, stateOf } from './state.ts'

export type ContainerOptions = {
  engine: Result<Engine, ContainerReason>
  /** The image with `/bin/sh` and the toolchains; never pulled. */
  image: string
  supervisor: Supervisor
  stateDir: string
  /** A Node that runs on this machine and, by the same libraries, in the image. */
  nodePath: string
  fixtures: Fixtures
  workspaces: Workspaces
}

/** A backend and what it has found out so far. */
type Opened = ContainerOptions & { found: Image | null }

/** Runs in containers of Docker or Podman, one for each run: no network, a read-only image, no privilege. */
export function createContainer(options: ContainerOptions): Backend {
  const opened: Opened = { ...options, found: null }
  const { engine, stateDir, workspaces } = options
  return {
    name: 'container',
    guarantees: engine.ok ? guaranteesOf(engine.value) : NOTHING_PROMISED,
    detect: () => detect(opened),
    workspace: files => workspaces.create(files),
    run: (spec, signal) => run(opened, spec, signal),
    serve: (spec, signal) => serveByTunnel((each, stop) => run(opened, each, stop), stateDir, spec, signal),
    sweep: async () => (await sweepContainers(options)) + killLeftovers() + (await workspaces.sweep()),
  }
}

async function run(opened: Opened, spec: RelayedSpec, signal?: AbortSignal): Promise<RunResult> {
  const engine = required(opened.engine)
  if (signal?.aborted) return neverStarted(guaranteesOf(engine))
  opened.found ??= required(await readImage(engine, opened.image))
  const scratch = await createScratch(opened.stateDir)
  try {
    const facts = await containerFacts(scratch, { ...opened, engine, image: opened.found }, spec)
    return await runIn(scratch, engine, facts, spec, signal)
  } finally {
    await remove(engine, scratch.mark)
    await scratch.dispose()
  }
}

async function runIn(
  { dir, mark }: Scratch,
  engine: Engine,
  facts: ContainerFacts,
  spec: RelayedSpec,
  signal?: AbortSignal,
): Promise<RunResult> {
  const limits = limitsFor(spec.phase, spec.limits)
  const home = spec.home === undefined ? [] : [spec.home]
  const written = [spec.workspace, ...home, scratchIn(dir)]
  const meter = createContainerMeter(written, limits, mark)
  const ended = await runProcess({
    argv: [engine.path, ...containerArguments(spec, limits, facts)],
    env: engine.env,
    cwd: '/',
    mark,
    streams: await openStreams(dir, null, spec.stdin),
    wallMs: limits.wallMs,
    outputBytes: limits.outputBytes,
    keptBytes: spec.keptBytes,
    signal,
    inspect: meter.inspect,
  })
  return runResult(await explained(ended, engine, mark), meter, guaranteesOf(engine))
}

/** The engine's command line ends with a code of its own where it failed, and says nothing of memory. */
async function explained(ended: Ended, engine: Engine, mark: string): Promise<Ended> {
  if (ended.killedBy !== null || ended.exitCode === 0) return ended
  const { started, outOfMemory } = await stateOf(engine, mark)
  if (!started) throw didNotStart(ended.stderr)
  return outOfMemory ? { ...ended, exitCode: null, killedBy: 'memory' } : ended
}

/** Looks at the image, and then really runs something in it. */
async function detect(opened: Opened): Promise<Detection> {
  const { engine } = opened
  if (!engine.ok) return engine
  try {
    const image = await readImage(engine.value, opened.image)
    if (!image.ok) return image
    await tryOut(opened)
  } catch (error) {
    if (!(error instanceof OutsideFailure)) throw error
    return refused(hintFor(error.message), error)
  }
  const { name, version } = engine.value
  return { ok: true, backend: 'container', version: `${name} ${version}, ${rank(engine.value)}` }
}

/** Where the engine is root, the kernel alone stands between a run and root: said wherever the sandbox is named. */
function rank({ rootless, remappedFrom }: Engine): string {
  if (rootless) return 'rootless'
  return remappedFrom === null ? 'run by root (rootless is safer)' : 'run by root, with remapped users'
}

/** What cannot be seen from here cannot be watched; a process that is busy with other things may miss a short run. */
const SEEN_WITHIN_SECONDS = [0.2, 2, 6]

async function tryOut(opened: Opened): Promise<void> {
  const workspace = await opened.workspaces.create(new Map())
  try {
    for (const seconds of SEEN_WITHIN_SECONDS) {
      const command = ['/bin/sh', '-c', TRIAL, 'trial', `${seconds}`]
      const spec = { workspace: workspace.dir, phase: 'lint', command } as const
      const { exitCode, stderr, usage } = await run(opened, spec)
      if (exitCode !== 0) throw didNotStart(stderr)
      if (usage.memoryBytes > 0) return
    }
    throw didNotStart('its processes are not seen from here')
  } finally {
    await workspace.dispose()
  }
}

/** Our own programs are run by the Node that is mounted. */
const TRIAL = `for place in /tmp "$HOME" /workspace; do
  [ -w "$place" ] || { echo "$place cannot be written" >&2; exit 1; }
done
${NODE_INSIDE} --version && sleep $1`

/** Containers of this state directory whose supervisor is no longer alive; none where there is no engine. */
async function sweepContainers({ engine, stateDir }: ContainerOptions): Promise<number> {
  if (!engine.ok) return 0
  const leftovers = (await marksOf(engine.value, stateDir)).filter(isLeftover)
  for (const mark of leftovers) await remove(engine.value, mark)
  return leftovers.length
}

function required<Value>(result: Result<Value, ContainerReason>): Value {
  if (!result.ok) throw new OutsideFailure('there are no containers here', result.says)
  return result.value
}

function didNotStart(message: string): OutsideFailure {
  const said = message.trim().slice(0, 500) || 'it said nothing'
  return new OutsideFailure(`the sandbox did not start: ${said}`, hintFor(said).says)
}
