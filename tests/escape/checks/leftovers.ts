import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import type { Limits } from '../../../src/sandbox/backend.ts'
import { commandLines } from '../../../src/sandbox/supervise/processes.ts'
import { openTrial } from '../../../src/sandbox/trial.ts'
import { sh } from '../attempts.ts'
import type { Check, HostCheck } from '../check.ts'
import { killOrphans, type Stage } from '../stage/stage.ts'
import { tracesOf } from '../stage/traces.ts'

const MIB = 1024 ** 2
const LEAKING = join(import.meta.dirname, '../stage/leaking.ts')
const DYING = join(import.meta.dirname, '../stage/dying.ts')
const SUPERVISOR = join(import.meta.dirname, '../../../src/sandbox/bubblewrap/trialSupervisor.ts')

/** After whatever end, the machine is as it was before: no process, mount, group, device or directory of the run. */
export const leftovers: readonly Check[] = [
  afterRun('a run that ended well leaves nothing', 'setsid sleep 600 & true'),
  afterRun('a run that failed leaves nothing', 'setsid sleep 600 & exit 7'),
  afterRun('a run that crashed leaves nothing', 'setsid sleep 600 & kill -SEGV $$'),
  afterRun('a run ended by its time leaves nothing', 'setsid sleep 600 & sleep 600', { wallMs: 400 }),
  afterRun('a run ended by its processor time leaves nothing', 'setsid sleep 600 & while :; do :; done', {
    cpuSeconds: 1,
  }),
  afterRun(
    'a run ended by its memory leaves nothing',
    'setsid sleep 600 & exec python3 -c "import os; b = []\nwhile True: b.append(os.urandom(1 << 20))"',
    { memoryBytes: 64 * MIB },
  ),
  afterRun('a run ended by its output leaves nothing', 'setsid sleep 600 & yes', { outputBytes: MIB }),
  afterRun(
    'a run ended by its disk leaves nothing',
    'setsid sleep 600 & i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > f$i || exit 1; done',
    { diskBytes: 16 * MIB },
  ),
  {
    name: 'a run that is cancelled at any moment of its start leaves nothing',
    alone: true,
    tried: stage =>
      leaving(stage, async () => {
        for (let turn = 0; turn < 16; turn++) await cancelled(stage, turn * 5)
      }),
    holds: answer => answer === '',
  },
  {
    name: 'a command that cannot be started leaves nothing',
    alone: true,
    tried: stage => leaving(stage, () => inWorkspace(stage, ['/no/such/program'])),
    holds: answer => answer === '',
  },
  {
    name: 'a run that is refused leaves nothing',
    alone: true,
    tried: stage =>
      leaving(stage, async () => {
        const workspace = await stage.workspace(new Map())
        const mounts = [{ host: '/no/such/directory', inside: '/opt/x' }]
        await stage
          .run({ workspace: workspace.dir, phase: 'test', command: sh('true'), mounts })
          .catch(() => null)
        await workspace.dispose()
      }),
    holds: answer => answer === '',
  },
  {
    name: 'what the supervisor inherited itself does not arrive inside',
    tried: throughLeak,
    holds: answer => answer.includes('/dev/null') && !answer.includes('/etc/hostname'),
  },
  {
    name: 'a run ends at once with its supervisor',
    alone: true,
    tried: afterDeath,
    holds: answer => answer === 'gone',
  },
  {
    name: 'a killed supervisor, at whatever moment of a start, leaves nothing after the next start',
    alone: true,
    tried: async () => {
      const left: string[] = []
      for (const afterMs of KILLED_AFTER_MS) left.push(await afterKill(afterMs))
      return left.filter(line => line !== '').join('\n')
    },
    holds: answer => answer === '',
  },
]

/** From the first import of a supervisor to the middle of its run. */
const KILLED_AFTER_MS = [150, 250, 300, 350, 400, 500, 700, 1000]

function afterRun(name: string, script: string, limits: Partial<Limits> = {}): HostCheck {
  return {
    name,
    alone: true,
    tried: stage => leaving(stage, () => inWorkspace(stage, sh(script), limits)),
    holds: answer => answer === '',
  }
}

async function inWorkspace(stage: Stage, command: string[], limits: Partial<Limits> = {}): Promise<void> {
  const workspace = await stage.workspace(new Map())
  await stage.run({ workspace: workspace.dir, phase: 'test', command, limits: { wallMs: 15_000, ...limits } })
  await workspace.dispose()
}

async function cancelled(stage: Stage, afterMs: number): Promise<void> {
  const workspace = await stage.workspace(new Map())
  const stop = AbortSignal.timeout(afterMs)
  await stage.run(
    { workspace: workspace.dir, phase: 'test', command: sh('setsid sleep 600 & sleep 600') },
    stop,
  )
  await workspace.dispose()
}

/** Traces that are there afterwards and were not before. */
async function leaving(stage: Stage, act: () => Promise<void>): Promise<string> {
  const before = await tracesOf(process.pid, stage.stateDir)
  await act()
  const after = await tracesOf(process.pid, stage.stateDir)
  return after
    .split('\n')
    .filter(line => !before.split('\n').includes(line))
    .join('\n')
}

/** Starts a supervisor with the same layers, kills it when its run is under way, and looks whether that goes on. */
async function afterDeath({ without }: Stage): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'dying-'))
  const env = { TMPDIR: dir, PATH: process.env.PATH ?? '' }
  const supervisor = spawn(process.execPath, [DYING, without.join()], { env, stdio: 'ignore' })
  const exit = once(supervisor, 'exit')
  const tag = `${supervisor.pid}`
  const runs = () => commandLines().some(({ line }) => line.startsWith(`sleep 7300001${tag}`))
  const started = await until(runs)
  supervisor.kill('SIGKILL')
  await exit
  const gone = await until(() => !runs())
  killOrphans(tag)
  for (const name of await readdir(dir)) await sweepOnce(join(dir, name))
  await rm(dir, { recursive: true, force: true })
  return started ? (gone ? 'gone' : 'left') : 'never started'
}

/** What the descriptors inside are, under a supervisor that was itself started with one of a file of the machine. */
async function throughLeak({ without }: Stage): Promise<string> {
  const leak = openSync('/etc/hostname', 'r')
  const given = Array.from({ length: 20 }, () => 'ignore' as const)
  const stdio = ['ignore' as const, 'pipe' as const, ...given, leak]
  const supervisor = spawn(process.execPath, [LEAKING, without.join()], { stdio })
  closeSync(leak)
  return supervisor.stdout === null ? '' : text(supervisor.stdout)
}

async function sweepOnce(stateDir: string): Promise<void> {
  if (basename(stateDir).startsWith('botwright-sandbox-')) await (await openTrial({ stateDir })).close()
}

const LOOKS_MAX = 200
const LOOK_EVERY_MS = 25

async function until(holds: () => boolean): Promise<boolean> {
  for (let look = 0; look < LOOKS_MAX && !holds(); look++) await setTimeout(LOOK_EVERY_MS)
  return holds()
}

/** Starts a supervisor of its own, kills it while it works, lets the next one start, and looks what is left of the first. */
async function afterKill(afterMs: number): Promise<string> {
  const stateDir = await mkdtemp(join(tmpdir(), 'botwright-sandbox-'))
  const words = [SUPERVISOR, stateDir, 'setsid sleep 600 & sleep 600', 'bubblewrap']
  const supervisor = spawn(process.execPath, words, { env: {}, stdio: 'ignore' })
  const exit = once(supervisor, 'exit')
  await setTimeout(afterMs)
  supervisor.kill('SIGKILL')
  await exit
  const next = await openTrial({ stateDir })
  await next.close()
  const left = await tracesOf(supervisor.pid ?? 0, stateDir)
  await rm(stateDir, { recursive: true, force: true })
  return left === '' ? '' : `killed after ${afterMs} ms: ${left}`
}
