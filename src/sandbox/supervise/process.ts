import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { Readable } from 'node:stream'
import { systemClock } from '../../clock.ts'
import { invariant, OutsideFailure } from '../../failure.ts'
import type { KilledBy } from '../backend.ts'
import { type KeptOutput, keepOutput } from '../output.ts'
import { inheritedDescriptors } from './descriptors.ts'
import { killMarked } from './marks.ts'

/** The only starter of child processes: `runProcess` for what is contained, `execute` for tools of the machine. */

export type Launch = {
  argv: readonly [string, ...string[]]
  /** Exactly this; nothing is inherited. */
  env: Readonly<Record<string, string>>
  cwd: string
  /** Stands in the arguments, so that a process of this run can be told from others. */
  mark: string
  streams: Streams
  /** Further descriptors, which the child has from 4 on. The caller closes them. */
  descriptors?: readonly number[]
  wallMs: number
  outputBytes: number
  /** What is kept of each stream, where that is not what is usual. */
  keptBytes?: number | undefined
  signal?: AbortSignal
  /** Asked again and again while it runs, with the process id; a reason ends the run. */
  inspect(pid: number): KilledBy | null
  /** For tests of what each of these keeps away. */
  without?: readonly Guard[]
}

/** Environment and descriptors of this process are not inherited; what left the process group is found by the mark. */
export type Guard = 'environment' | 'descriptors' | 'mark-kill'

/** Where a child reads and writes. Its ends are closed here once it holds them, or never will. */
export type Streams = {
  forChild: readonly [number | 'ignore', number, number]
  closeChildEnds(): void
  stdout: Readable
  stderr: Readable
}

export type Ended = {
  exitCode: number | null
  killedBy: KilledBy | null
  stdout: string
  stderr: string
  truncated: boolean
  /** What was written to descriptor 3. */
  status: string
  wallMs: number
}

/** What is kept of each stream; more is seen and counted, and only its two ends stay in memory. */
const KEPT_BYTES_MAX = 512 * 1024
const INSPECT_EVERY_MS = 40
/** A child that left its process group may hold the output open after the end; it is read this long at most. */
const DRAIN_MS = 1000

/**
 * Runs one program in a process group of its own, with bounded time and output, and kills the group at the end.
 * Throws `OutsideFailure` when it cannot be started.
 */
export async function runProcess(launch: Launch): Promise<Ended> {
  const startedMs = systemClock.monotonicMs()
  const run = await start(launch)
  const killedBy = watch(launch, run)
  const exitCode = await run.exit
  killGroup(run.pid)
  if (killedBy() !== null) killByMark(launch)
  await drained(run)
  return {
    exitCode: killedBy() === null ? exitCode : null,
    killedBy: killedBy(),
    stdout: run.stdout.kept.text(),
    stderr: run.stderr.kept.text(),
    truncated: run.stdout.kept.truncated() || run.stderr.kept.truncated(),
    status: run.status.kept.text(),
    wallMs: Math.round(systemClock.monotonicMs() - startedMs),
  }
}

const EXECUTE_MS_MAX = 60_000
const EXECUTE_BYTES_MAX = 1024 * 1024

/** Runs a tool of the machine, found by its absolute path, in an empty environment. Throws `OutsideFailure`. */
export function execute(file: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const options = { env: {}, cwd: '/', timeout: EXECUTE_MS_MAX, maxBuffer: EXECUTE_BYTES_MAX }
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr })
      else reject(failedToRun(file, error))
    })
  })
}

type Running = {
  pid: number
  exit: Promise<number | null>
  stdout: Collected
  stderr: Collected
  status: Collected
}

async function start(launch: Launch): Promise<Running> {
  const stdout = collect(launch.streams.stdout, launch.keptBytes)
  const stderr = collect(launch.streams.stderr, launch.keptBytes)
  const child = spawnAlone(launch)
  const exit = new Promise<number | null>(resolve => child.once('exit', resolve))
  await spawned(child, launch.argv[0])
  const said = child.stdio[3]
  invariant(
    child.pid !== undefined && said instanceof Readable,
    'a started child has an id and a status pipe',
  )
  return { pid: child.pid, exit, stdout, stderr, status: collect(said) }
}

/** In its own process group, with nothing inherited but its streams, a status pipe on descriptor 3, and what it is given. */
function spawnAlone(launch: Launch): ChildProcess {
  const { descriptors = [], without = [], cwd } = launch
  const [file, ...args] = launch.argv
  const nothing = openSync('/dev/null', 'r')
  try {
    const given = [...launch.streams.forChild, 'pipe' as const, ...descriptors]
    const stdio = without.includes('descriptors') ? given : [...given, ...covers(nothing, given.length)]
    const env = without.includes('environment') ? {} : { env: { ...launch.env } }
    return spawn(file, args, { ...env, cwd, detached: true, stdio })
  } finally {
    closeSync(nothing)
    launch.streams.closeChildEnds()
  }
}

/** Entries from descriptor `first` on that put `/dev/null` over whatever the child would inherit there. */
function covers(nothing: number, first: number): ('ignore' | number)[] {
  const inherited = inheritedDescriptors(first)
  const length = Math.max(first - 1, ...inherited) - first + 1
  return Array.from({ length }, (_, index) => (inherited.includes(index + first) ? nothing : 'ignore'))
}

function spawned(child: ChildProcess, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', error => reject(failedToRun(file, error)))
  })
}

type Collected = { stream: Readable; kept: KeptOutput; closed: Promise<void> }

function collect(stream: Readable, keptBytes = KEPT_BYTES_MAX): Collected {
  const kept = keepOutput(keptBytes)
  stream.on('data', chunk => kept.add(chunk))
  const closed = new Promise<void>(resolve => stream.once('close', resolve).once('error', () => resolve()))
  return { stream, kept, closed }
}

/** Ends the run for the first reason that comes up; the answer says which it was, so far. */
function watch(launch: Launch, run: Running): () => KilledBy | null {
  let killedBy: KilledBy | null = null
  const kill = (why: KilledBy) => {
    killedBy ??= why
    killGroup(run.pid)
    killByMark(launch)
  }
  const cancel = () => kill('cancelled')
  const wall = setTimeout(() => kill('wall'), launch.wallMs)
  const looking = setInterval(() => {
    const why = launch.inspect(run.pid)
    if (why !== null) kill(why)
  }, INSPECT_EVERY_MS)
  watchOutput(launch, run, () => kill('output'))
  launch.signal?.addEventListener('abort', cancel)
  if (launch.signal?.aborted) cancel()
  run.exit.then(() => {
    clearTimeout(wall)
    clearInterval(looking)
    launch.signal?.removeEventListener('abort', cancel)
  })
  return () => killedBy
}

function watchOutput(launch: Launch, run: Running, tooMuch: () => void): void {
  let told = false
  for (const { stream, kept } of [run.stdout, run.stderr]) {
    stream.on('data', () => {
      if (told || kept.seenBytes() <= launch.outputBytes) return
      told = true
      tooMuch()
    })
  }
}

async function drained(run: Running): Promise<void> {
  const collected = [run.stdout, run.stderr, run.status]
  const late = setTimeout(() => {
    for (const { stream } of collected) stream.destroy()
  }, DRAIN_MS)
  await Promise.all(collected.map(({ closed }) => closed))
  clearTimeout(late)
}

function killByMark({ mark, without }: Launch): void {
  if (!without?.includes('mark-kill')) killMarked(mark)
}

/** The group is gone already when everything in it has ended. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    return
  }
}

function failedToRun(file: string, error: Error): OutsideFailure {
  return new OutsideFailure(
    `${file} could not be run: ${error.message}`,
    `Check that ${file} is there.`,
    error,
  )
}
