import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Phase } from '../sandbox/backend.ts'
import { openSandbox, type Sandbox } from '../sandbox/open.ts'
import { checkPromises, type PromiseReport } from '../sandbox/promises.ts'
import { detectToolchains } from '../sandbox/toolchains/toolchains.ts'
import { EXIT, Refused } from './exit.ts'
import { filesOf } from './folder.ts'
import { type Terminal, table } from './terminal.ts'

export type ExecOptions = { workspace: string; phase: Phase }

/** Every phase that `sandbox exec` can take the limits of. None has a network there: there are no doors. */
export const EXEC_PHASES: readonly Phase[] = [
  ...(['fetch', 'scripts', 'lint', 'build', 'test', 'serve', 'prove', 'engine'] as const),
]

/** Tries every promise of the sandbox on this machine, and says which are kept, how limits are held, and with what. */
export async function checkSandbox(config: Config, terminal: Terminal): Promise<void> {
  await withSandbox(config, async sandbox => {
    const promises = await checkPromises(sandbox)
    const toolchains = await detectToolchains(sandbox)
    const { backend, version, guarantees } = sandbox
    terminal.emit({ backend, version, promises, guarantees, toolchains })
    terminal.say(`backend ${backend} ${version}\n`)
    terminal.say(table([['promise', ''], ...promises.map(toldPromise)]))
    terminal.say(`\n${table([['limit', 'held'], ...Object.entries(guarantees)])}`)
    const rows = toolchains.map(({ title, available, version: found, install }) =>
      available ? [title, found ?? ''] : [title, `missing: ${install}`],
    )
    terminal.say(`\n${table([['toolchain', ''], ...rows])}`)
    refuseIfBroken(promises)
  })
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

async function withSandbox(config: Config, use: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const stateDir = mkdtempSync(join(tmpdir(), 'botwright-sandbox-'))
  const { backend, slots, bwrapPath, searchPath } = config.sandbox
  const nodePath = process.execPath
  try {
    const opened = await openSandbox({
      backend,
      slots,
      searchPath,
      stateDir,
      nodePath,
      ...(bwrapPath ? { bwrapPath } : {}),
    })
    if (!opened.ok) throw new Refused(opened.says, EXIT.noSandbox)
    await use(opened.value).finally(() => opened.value.close())
  } finally {
    rmSync(stateDir, { recursive: true, force: true })
  }
}
