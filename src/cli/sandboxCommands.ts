import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { openLog } from '../log.ts'
import type { Phase } from '../sandbox/backend.ts'
import { type AdvisedRegistry, advised } from '../sandbox/egress/advice.ts'
import { egressOfMachine } from '../sandbox/egress/ofMachine.ts'
import { openConfigured, type Sandbox } from '../sandbox/open.ts'
import { checkPromises, type PromiseReport } from '../sandbox/promises.ts'
import { detectToolchains } from '../sandbox/toolchains/toolchains.ts'
import { EXIT, Refused } from './exit.ts'
import { filesOf } from './folder.ts'
import { registryTable, toolchainTable } from './machineTables.ts'
import { type Terminal, table } from './terminal.ts'

export type ExecOptions = { workspace: string; phase: Phase }

/** Every phase that `sandbox exec` can take the limits of. None has a network there: there are no doors. */
export const EXEC_PHASES: readonly Phase[] = [
  ...(['fetch', 'scripts', 'lint', 'build', 'test', 'serve', 'prove', 'engine'] as const),
]

/** Tries every promise of the sandbox on this machine, and says which are kept, how limits are held, and with what. */
export async function checkSandbox(config: Config, terminal: Terminal): Promise<void> {
  await withSandbox(config, async (sandbox, stateDir) => {
    const [promises, registries] = await Promise.all([checkPromises(sandbox), registriesOf(config, stateDir)])
    const toolchains = await detectToolchains(sandbox)
    const { backend, version, guarantees } = sandbox
    terminal.emit({ backend, version, promises, guarantees, toolchains, registries })
    terminal.say(`backend ${backend} ${version}\n`)
    terminal.say(table([['promise', ''], ...promises.map(toldPromise)]))
    terminal.say(`\n${table([['limit', 'held'], ...Object.entries(guarantees)])}`)
    terminal.say(`\n${toolchainTable(toolchains)}`)
    terminal.say(`\n${registryTable(registries)}`)
    refuseIfBroken(promises)
  })
}

async function registriesOf(config: Config, stateDir: string): Promise<AdvisedRegistry[]> {
  const log = openLog({ level: 'silent' })
  const egress = await egressOfMachine(config, { stateDir, clock: systemClock, log })
  await egress.refresh().finally(() => egress.close())
  return egress.registries.map(advised)
}

const SHOWN: Readonly<Record<PromiseReport['kept'], string>> = {
  kept: 'kept',
  'not kept': 'NOT KEPT',
  'not promised': 'not promised by this backend',
}

function toldPromise({ name, group, kept, seen }: PromiseReport): string[] {
  const shown = seen === '' ? SHOWN[kept] : `${SHOWN[kept]} (${seen.trim().replace(/\s+/g, ' ')})`
  return [`${group}: ${name}`, shown]
}

function refuseIfBroken(promises: readonly PromiseReport[]): void {
  const broken = promises.filter(({ kept }) => kept === 'not kept').map(({ name }) => name)
  if (broken.length > 0)
    throw new Refused(`Run nothing of others here: it does not hold that ${broken.join('; that ')}.`)
}

/** Runs one command on a copy of a folder; ends as the command does, 1 for any failure of it. */
export async function execInSandbox(
  config: Config,
  terminal: Terminal,
  command: readonly string[],
  { workspace: folder, phase }: ExecOptions,
): Promise<void> {
  const files = filesOf(folder)
  await withSandbox(config, async sandbox => {
    const workspace = await sandbox.workspace(files)
    try {
      const result = await sandbox.run({ workspace: workspace.dir, phase, command })
      const { exitCode, signal, killedBy, stdout, stderr, usage, guarantees } = result
      terminal.emit({ exitCode, signal, killedBy, stdout, stderr, usage, guarantees })
      terminal.say(stdout.trimEnd())
      if (!terminal.json && stderr !== '') process.stderr.write(stderr)
      if (exitCode !== 0) throw new Refused(`The command ended with ${killedBy ?? exitCode ?? signal}.`)
    } finally {
      await workspace.dispose()
    }
  })
}

type Use = (sandbox: Sandbox, stateDir: string) => Promise<void>

async function withSandbox(config: Config, use: Use): Promise<void> {
  const stateDir = mkdtempSync(join(placeFor(config), 'botwright-sandbox-'))
  try {
    const opened = await openConfigured(config, stateDir)
    if (!opened.ok) throw new Refused(opened.says, EXIT.noSandbox)
    await use(opened.value, stateDir).finally(() => opened.value.close())
  } finally {
    rmSync(stateDir, { recursive: true, force: true })
  }
}

/** Jobs of a cluster see only what is on the volume that holds the data directory. */
function placeFor({ sandbox, dataDir }: Config): string {
  return sandbox.backend === 'kubernetes' ? dataDir : tmpdir()
}
