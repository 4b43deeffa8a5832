import { dirname } from 'node:path'
import type { Backend, Guarantees, RunResult, RunSpec } from './backend.ts'
import { runResult } from './ended.ts'
import { type Fixtures, NODE_INSIDE, PROGRAMS_INSIDE } from './fixtures.ts'
import { innerEnvironment, shell } from './launch.ts'
import { limitsFor } from './limits.ts'
import { killLeftovers } from './marks.ts'
import { createMeter } from './meter.ts'
import { openStreams } from './pipes.ts'
import { runProcess } from './process.ts'
import { createScratch, type Scratch, type Workspaces } from './workspaces.ts'

export type NoSandboxOptions = {
  stateDir: string
  nodePath: string
  fixtures: Fixtures
  workspaces: Workspaces
}

/**
 * The operator's explicit choice of no sandbox: commands run on the machine itself, as the user of this process, with
 * a clean environment. Time, memory and output are still looked after, but nothing is promised.
 */
export function createNoSandbox(options: NoSandboxOptions): Backend {
  return {
    name: 'none',
    guarantees: GUARANTEES,
    detect: async () => ({ ok: true, backend: 'none', version: 'no sandbox' }),
    run: (spec, signal) => run(options, spec, signal),
    sweep: async () => killLeftovers() + (await options.workspaces.sweep()),
  }
}

const GUARANTEES: Guarantees = {
  wallMs: 'none',
  cpuSeconds: 'none',
  memoryBytes: 'none',
  processes: 'none',
  fileBytes: 'none',
  diskBytes: 'none',
  openFiles: 'none',
  outputBytes: 'none',
  network: 'none',
}

async function run(options: NoSandboxOptions, spec: RunSpec, signal?: AbortSignal): Promise<RunResult> {
  const scratch = await createScratch(options.stateDir)
  try {
    return await runIn(scratch, options, spec, signal)
  } finally {
    await scratch.dispose()
  }
}

async function runIn(scratch: Scratch, options: NoSandboxOptions, spec: RunSpec, signal?: AbortSignal) {
  const limits = limitsFor(spec.phase, spec.limits)
  const meter = createMeter(spec.workspace, limits)
  const searchPath = `/usr/local/bin:/usr/bin:/bin:${dirname(options.nodePath)}:${spec.workspace}/node_modules/.bin`
  const [file = '/bin/sh', ...args] = shell(outside(spec, options), scratch.mark)
  const ended = await runProcess({
    argv: [file, ...args],
    env: { ...innerEnvironment(spec, limits, searchPath), HOME: scratch.dir },
    cwd: spec.workspace,
    mark: scratch.mark,
    streams: await openStreams(scratch.dir, null, spec.stdin),
    wallMs: limits.wallMs,
    outputBytes: limits.outputBytes,
    signal,
    inspect: meter.inspect,
  })
  return runResult(ended, meter, GUARANTEES)
}

/** Nothing is mounted, so arguments that name something mounted are told where it is on the machine. */
function outside({ command, mounts = [] }: RunSpec, { nodePath, fixtures }: NoSandboxOptions): string[] {
  const places = [
    ...mounts,
    { host: nodePath, inside: NODE_INSIDE },
    { host: fixtures.programs, inside: PROGRAMS_INSIDE },
  ]
  return command.map(argument => {
    const place = places.find(({ inside }) => argument === inside || argument.startsWith(`${inside}/`))
    return place ? place.host + argument.slice(place.inside.length) : argument
  })
}
