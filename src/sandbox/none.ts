import { rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Backend, Guarantees, RunResult, RunSpec } from './backend.ts'
import { type Fixtures, NODE_INSIDE, PROGRAMS_INSIDE } from './fixtures.ts'
import { innerEnvironment, shell } from './inner.ts'
import { limitsFor } from './limits.ts'
import { type RelayedSpec, relayed } from './relay.ts'
import { runResult } from './supervise/ended.ts'
import { killLeftovers } from './supervise/marks.ts'
import { createMeter } from './supervise/meter.ts'
import { openStreams } from './supervise/pipes.ts'
import { runProcess } from './supervise/process.ts'
import { serveByTunnel } from './supervise/serve.ts'
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
    workspace: files => options.workspaces.create(files),
    run: (spec, signal) => run(options, spec, signal),
    serve: (spec, signal) =>
      serveByTunnel((each, stop) => run(options, each, stop), options.stateDir, spec, signal),
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

async function run(options: NoSandboxOptions, spec: RelayedSpec, signal?: AbortSignal): Promise<RunResult> {
  const scratch = await createScratch(options.stateDir)
  try {
    return await runIn(scratch, options, spec, signal)
  } finally {
    await scratch.dispose()
  }
}

async function runIn(scratch: Scratch, options: NoSandboxOptions, spec: RelayedSpec, signal?: AbortSignal) {
  const limits = limitsFor(spec.phase, spec.limits)
  const meter = createMeter([spec.workspace, spec.home ?? scratch.dir], limits)
  const place = placesOf(spec, scratch.dir, options)
  await linkMounts(spec)
  const searchPath = `/usr/local/bin:/usr/bin:/bin:${dirname(options.nodePath)}:${spec.workspace}/node_modules/.bin`
  const { command } = relayed(spec, (_, socket) => socket)
  const [file = '/bin/sh', ...args] = shell(command.map(place), scratch.mark)
  const env = { ...innerEnvironment(spec, limits, searchPath), HOME: spec.home ?? scratch.dir }
  const ended = await runProcess({
    argv: [file, ...args],
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value.split(':').map(place).join(':')]),
    ),
    cwd: spec.workspace,
    mark: scratch.mark,
    streams: await openStreams(scratch.dir, null, spec.stdin),
    wallMs: limits.wallMs,
    outputBytes: limits.outputBytes,
    keptBytes: spec.keptBytes,
    signal,
    inspect: meter.inspect,
  })
  return runResult(ended, meter, GUARANTEES)
}

/** Nothing is mounted, so whatever names a place inside is told where that is on the machine. */
function placesOf(
  { workspace, home, mounts = [] }: RunSpec,
  scratch: string,
  { nodePath, fixtures }: NoSandboxOptions,
): (text: string) => string {
  const places = [
    ...mounts,
    { host: nodePath, inside: NODE_INSIDE },
    { host: fixtures.programs, inside: PROGRAMS_INSIDE },
    { host: workspace, inside: '/workspace' },
    { host: home ?? scratch, inside: '/home/sandbox' },
  ]
  return text => {
    const found = places.find(({ inside }) => text === inside || text.startsWith(`${inside}/`))
    return found ? found.host + text.slice(found.inside.length) : text
  }
}

/** What would be mounted in the workspace is linked there. */
async function linkMounts({ workspace, mounts = [] }: RunSpec): Promise<void> {
  for (const { host, inside } of mounts) {
    if (!inside.startsWith('/workspace/')) continue
    const link = join(workspace, inside.slice('/workspace/'.length))
    await rm(link, { recursive: true, force: true })
    await symlink(host, link)
  }
}
