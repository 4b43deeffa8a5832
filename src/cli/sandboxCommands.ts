import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Phase } from '../sandbox/backend.ts'
import { openSandbox, type Sandbox } from '../sandbox/open.ts'
import { detectToolchains } from '../sandbox/toolchains/toolchains.ts'
import { EXIT, Refused } from './exit.ts'
import { filesOf } from './folder.ts'
import { type Terminal, table } from './terminal.ts'

export type ExecOptions = { workspace: string; phase: Phase }

/** Says which sandbox works here, what it promises for each limit, and which toolchains are in it. */
export async function checkSandbox(config: Config, terminal: Terminal): Promise<void> {
  await withSandbox(config, async sandbox => {
    const toolchains = await detectToolchains(sandbox)
    const { backend, version, guarantees } = sandbox
    terminal.emit({ backend, version, guarantees, toolchains })
    terminal.say(
      table([['limit', 'held'], ['backend', `${backend} ${version}`], ...Object.entries(guarantees)]),
    )
    const rows = toolchains.map(({ title, available, version: found, install }) =>
      available ? [title, found ?? ''] : [title, `missing: ${install}`],
    )
    terminal.say(`\n${table([['toolchain', ''], ...rows])}`)
  })
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
  const { backend, slots, bwrapPath } = config.sandbox
  const nodePath = process.execPath
  try {
    const opened = await openSandbox({
      backend,
      slots,
      stateDir,
      nodePath,
      ...(bwrapPath ? { bwrapPath } : {}),
    })
    if (!opened.ok) throw new Refused(opened.says, EXIT.noSandbox)
    await use(opened.value)
    await opened.value.close()
  } finally {
    rmSync(stateDir, { recursive: true, force: true })
  }
}
