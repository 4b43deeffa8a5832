import { closeSync, lstatSync, openSync, rmSync } from 'node:fs'
import type { Backend, Guarantees, Limits, RunResult } from '../backend.ts'
import { limitsFor } from '../limits.ts'
import type { RelayedSpec } from '../relay.ts'
import { fileSystem } from '../supervise/images.ts'
import { killLeftovers } from '../supervise/marks.ts'
import { openStreams } from '../supervise/pipes.ts'
import { type Guard, runProcess } from '../supervise/process.ts'
import { serveByTunnel } from '../supervise/serve.ts'
import { createScratch, type Scratch } from '../workspaces.ts'
import { joining, sweepGroups } from './cgroups.ts'
import { detect, didNotStart } from './detection.ts'
import { launchFacts } from './facts.ts'
import { type Ground, prepareGround } from './ground.ts'
import { launchArguments } from './launch.ts'
import { type Holds, layersWithout } from './layers.ts'
import type { BubblewrapOptions } from './options.ts'
import { createRunMeter, type Held } from './runMeter.ts'

/** Runs in fresh Linux namespaces by bubblewrap: no network, a read-only system, nothing of the machine's users. */
export function createBubblewrap(options: BubblewrapOptions): Backend {
  const { stateDir, workspaces } = options
  let guarantees = guaranteesOf({ group: null, disk: 'walked' })
  let preparing: Promise<Ground> | null = null
  const ground = () => {
    preparing ??= prepareGround(options.fixtures)
    return preparing
  }
  const start = async (spec: RelayedSpec, signal?: AbortSignal) => run(options, await ground(), spec, signal)
  return {
    name: 'bubblewrap',
    get guarantees() {
      return guarantees
    },
    detect: () =>
      detect(options, async spec => {
        const result = await start(spec)
        guarantees = result.guarantees
        return result
      }),
    workspace: files => workspaces.create(files),
    run: start,
    serve: (spec, signal) => serveByTunnel(start, stateDir, spec, signal),
    async sweep() {
      await sweepGroups()
      return killLeftovers() + (await workspaces.sweep())
    },
  }
}

/**
 * Processor time is also held by a hard limit for each process; the sum over all of them is polled.
 *
 * Polled memory is what processes have in use, shared memory included; what no process has to have mapped, the filter
 * of system calls refuses then. A program may still hide shared memory that it lets go of for the moment (madvise(2)):
 * when the machine runs out of memory for that, the kernel ends the run first.
 *
 * A polled disk is asked for its own count where it has one. Else files are walked, and those counted that are open and
 * have no name any more; not those that are only mapped, or on their way through a socket.
 */
function guaranteesOf({ group, disk }: Held): Guarantees {
  return {
    wallMs: 'hard',
    cpuSeconds: 'polled',
    memoryBytes: group === null ? 'polled' : 'hard',
    processes: 'hard',
    fileBytes: 'hard',
    diskBytes: disk === 'bounded' ? 'hard' : 'polled',
    openFiles: 'hard',
    outputBytes: 'hard',
    network: 'hard',
  }
}

/** The group comes after the scratch directory and goes before it: whatever is left over is found by that. */
async function run(
  options: BubblewrapOptions,
  ground: Ground,
  spec: RelayedSpec,
  signal?: AbortSignal,
): Promise<RunResult> {
  const limits = limitsFor(spec.phase, spec.limits)
  const holds = layersWithout(options.without)
  const scratch = await createScratch(options.stateDir)
  const group = holds('cgroup') ? (ground.cgroups?.create(scratch.mark, limits) ?? null) : null
  try {
    const held = { group, disk: diskOf(spec.workspace, options.stateDir, limits) }
    return await runIn(scratch, held, { options, ground, spec, limits, holds, signal })
  } finally {
    await group?.dispose()
    // A dozen entries at most, all of them ours: not worth the way through other threads, which takes milliseconds.
    rmSync(scratch.dir, { recursive: true, force: true })
  }
}

type Order = {
  options: BubblewrapOptions
  ground: Ground
  spec: RelayedSpec
  limits: Limits
  holds: Holds
  signal: AbortSignal | undefined
}

async function runIn(scratch: Scratch, held: Held, order: Order): Promise<RunResult> {
  const { options, ground, spec, limits, holds, signal } = order
  const { mark, dir } = scratch
  const found = launchFacts(options, spec, dir)
  const facts = { ...found, uid: holds('user') ? found.uid : null, mark, joining: joining(held.group), holds }
  const meter = createRunMeter(spec, limits, held)
  const [first = facts.bwrap, ...rest] = launchArguments(spec, limits, facts)
  const streams = await openStreams(dir, facts.uid, spec.stdin, ground.pipes)
  const filter = openSync(held.group === null ? ground.filters.polled : ground.filters.grouped, 'r')
  const running = runProcess({
    argv: [first, ...rest],
    env: {},
    cwd: '/',
    mark,
    streams,
    descriptors: [filter],
    wallMs: holds('wall-limit') ? limits.wallMs : WALL_MS_LONGEST,
    outputBytes: holds('output-limit') ? limits.outputBytes : Number.POSITIVE_INFINITY,
    keptBytes: spec.keptBytes,
    signal,
    inspect: holds('poll') ? meter.inspect : () => null,
    without: GUARDS.filter(guard => !holds(guard)),
  })
  const ended = await running.finally(() => closeSync(filter))
  // Bubblewrap reports an exit code only of a command that it did start.
  const isStarted = ended.killedBy !== null || meter.isOutOfMemory() || ended.status.includes('"exit-code"')
  if (!isStarted) throw didNotStart(ended.stderr)
  return meter.result(ended, guaranteesOf(held))
}

const GUARDS: readonly Guard[] = ['environment', 'descriptors', 'mark-kill']

/** What a timer can wait. */
const WALL_MS_LONGEST = 2 ** 31 - 1

/** A file system of its own is told by its device, which is not that of the directory around. */
function diskOf(workspace: string, stateDir: string, { diskBytes }: Limits): Held['disk'] {
  if (lstatSync(workspace).dev === lstatSync(stateDir).dev) return 'walked'
  return (fileSystem(workspace)?.bytes ?? Number.POSITIVE_INFINITY) <= diskBytes ? 'bounded' : 'counted'
}
