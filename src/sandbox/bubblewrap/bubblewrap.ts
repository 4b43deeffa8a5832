import { messageOf, OutsideFailure, type Refusal, refuse } from '../../failure.ts'
import type { Backend, Detection, DetectionReason, Guarantees, RunResult } from '../backend.ts'
import { type Fixtures, NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import { limitsFor } from '../limits.ts'
import type { RelayedSpec } from '../relay.ts'
import { runResult } from '../supervise/ended.ts'
import { killLeftovers } from '../supervise/marks.ts'
import { createMeter } from '../supervise/meter.ts'
import { openStreams } from '../supervise/pipes.ts'
import { execute, runProcess } from '../supervise/process.ts'
import { serveByTunnel } from '../supervise/serve.ts'
import { createScratch, ownerFor, type Scratch, type Workspaces } from '../workspaces.ts'
import { hintFor, missingTool } from './diagnosis.ts'
import { doorwayFor, NO_DOORWAY } from './doorway.ts'
import type { Host, Tool } from './host.ts'
import { type LaunchFacts, launchArguments, sourcesOf } from './launch.ts'
import type { Places } from './places.ts'

export type BubblewrapOptions = {
  host: Host
  /** Where bubblewrap is, when it is not where the system has it. */
  bwrapPath?: string
  stateDir: string
  /** A Node that runs on this machine, for our own programs and for projects where the machine has none. */
  nodePath: string
  /** Toolchains outside the directories of the system. */
  places: Places
  fixtures: Fixtures
  workspaces: Workspaces
}

/** Runs in fresh Linux namespaces by bubblewrap: no network, a read-only system, nothing of the machine's users. */
export function createBubblewrap(options: BubblewrapOptions): Backend {
  return {
    name: 'bubblewrap',
    guarantees: GUARANTEES,
    detect: () => detect(options),
    workspace: files => options.workspaces.create(files),
    run: (spec, signal) => run(options, spec, signal),
    serve: (spec, signal) =>
      serveByTunnel((each, stop) => run(options, each, stop), options.stateDir, spec, signal),
    sweep: async () => killLeftovers() + (await options.workspaces.sweep()),
  }
}

/** Processor time is also held by a hard limit for each process; the sum over all of them is polled. */
const GUARANTEES: Guarantees = {
  wallMs: 'hard',
  cpuSeconds: 'polled',
  memoryBytes: 'polled',
  processes: 'hard',
  fileBytes: 'hard',
  diskBytes: 'polled',
  openFiles: 'hard',
  outputBytes: 'hard',
  network: 'hard',
}

/** The oldest Node with a test runner; where the machine's own is older, projects get the private one. */
const NODE_MAJOR_MIN = 18

async function run(options: BubblewrapOptions, spec: RelayedSpec, signal?: AbortSignal): Promise<RunResult> {
  const scratch = await createScratch(options.stateDir)
  try {
    return await runIn(scratch, options, spec, signal)
  } finally {
    await scratch.dispose()
  }
}

async function runIn(scratch: Scratch, options: BubblewrapOptions, spec: RelayedSpec, signal?: AbortSignal) {
  const limits = limitsFor(spec.phase, spec.limits)
  const facts = await launchFacts(options, spec, scratch.mark)
  const meter = createMeter(spec.workspace, limits)
  const [first = facts.bwrap, ...rest] = launchArguments(spec, limits, facts)
  const ended = await runProcess({
    argv: [first, ...rest],
    env: {},
    cwd: '/',
    mark: scratch.mark,
    streams: await openStreams(scratch.dir, facts.uid, spec.stdin),
    wallMs: limits.wallMs,
    outputBytes: limits.outputBytes,
    signal,
    inspect: meter.inspect,
  })
  // Bubblewrap reports an exit code only of a command that it did start.
  if (ended.killedBy === null && !ended.status.includes('"exit-code"')) throw didNotStart(ended.stderr)
  return runResult(ended, meter, GUARANTEES)
}

async function launchFacts(
  options: BubblewrapOptions,
  spec: RelayedSpec,
  mark: string,
): Promise<LaunchFacts> {
  const { host, fixtures, nodePath, places } = options
  const facts = {
    bwrap: options.bwrapPath ?? tool(host, 'bwrap'),
    setpriv: host.uids ? tool(host, 'setpriv') : '',
    prlimit: tool(host, 'prlimit'),
    rootDirectories: host.rootDirectories,
    masked: host.masked,
    etc: fixtures.etc,
    fixtures: [
      { host: nodePath, inside: NODE_INSIDE },
      { host: fixtures.programs, inside: PROGRAMS_INSIDE },
      ...places.mounts,
    ],
    searchPath: searchPath(host.nodeMajor, places),
    uid: host.uids === null ? null : await ownerFor(spec.workspace, host.uids),
    mark,
  }
  const machine = { unshare: host.tools.unshare ?? '', places: host.doorPlaces }
  const doorway = host.uids === null ? NO_DOORWAY : await doorwayFor(sourcesOf(spec, facts), machine)
  return { ...facts, doorway }
}

const SYSTEM_PATH = ['/usr/local/bin', '/usr/bin', '/bin']
/** Programs of a project's own dependencies; last, so that they cannot stand in for those of the system. */
const OF_THE_PROJECT = '/workspace/node_modules/.bin'

function searchPath(nodeMajor: number | null, { path }: Places): string {
  const isEnough = nodeMajor !== null && nodeMajor >= NODE_MAJOR_MIN
  const system = isEnough ? [...SYSTEM_PATH, '/opt/node/bin'] : ['/opt/node/bin', ...SYSTEM_PATH]
  return [...system, ...path, OF_THE_PROJECT].join(':')
}

function tool(host: Host, name: Tool): string {
  const path = host.tools[name]
  if (path === null) throw new OutsideFailure(`${name} is not installed`, missingTool(name).says)
  return path
}

/** Looks for what is needed, asks for the version, and then really runs something. */
async function detect(options: BubblewrapOptions): Promise<Detection> {
  const missing = needs(options).find(name => options.host.tools[name] === null)
  if (missing) return missingTool(missing)
  try {
    const { stdout } = await execute(options.bwrapPath ?? tool(options.host, 'bwrap'), ['--version'])
    await tryOut(options)
    return { ok: true, backend: 'bubblewrap', version: stdout.trim().replace(/^bubblewrap /, '') }
  } catch (error) {
    return explained(error)
  }
}

function needs({ host, bwrapPath }: BubblewrapOptions): Tool[] {
  const always: Tool[] = bwrapPath === undefined ? ['bwrap', 'prlimit'] : ['prlimit']
  return host.uids === null ? always : [...always, 'setpriv', 'unshare']
}

async function tryOut(options: BubblewrapOptions): Promise<void> {
  const workspace = await options.workspaces.create(new Map())
  try {
    const result = await run(options, { workspace: workspace.dir, phase: 'lint', command: ['true'] })
    if (result.exitCode !== 0) throw didNotStart(`\`true\` ended with ${result.exitCode}: ${result.stderr}`)
  } finally {
    await workspace.dispose()
  }
}

function explained(error: unknown): Refusal<DetectionReason> {
  if (!(error instanceof OutsideFailure)) throw error
  const hint = hintFor(error.message)
  return refuse(hint.reason, `${hint.says} (${messageOf(error)})`)
}

function didNotStart(message: string): OutsideFailure {
  const said = message.trim().slice(0, 500) || 'it said nothing'
  return new OutsideFailure(`the sandbox did not start: ${said}`, hintFor(said).says)
}
