import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Config, readConfig } from '../config.ts'
import { ECOSYSTEMS } from '../sandbox/egress/ecosystem.ts'
import { PROMISES } from '../sandbox/promises.ts'
import { EXIT } from './exit.ts'
import { checkSandbox, EXEC_PHASES, execInSandbox } from './sandboxCommands.ts'
import { openTerminal } from './terminal.ts'

let folder = ''
let written = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folder-'))
  writeFileSync(join(folder, 'given'), 'given')
  written = ''
})
afterEach(() => rmSync(folder, { recursive: true }))

const terminal = (json: boolean) => openTerminal(json, { write: text => (written += text) })
const config = (over: Readonly<Record<string, string>> = {}): Config =>
  readConfig({ DATA_DIR: folder, ...over }, process.env)

test('every promise is told in a table, with how limits are held and with the toolchains', async () => {
  await checkSandbox(config(), terminal(false))
  for (const { name, group } of PROMISES)
    expect(written).toMatch(new RegExp(`^${group}: ${name} +kept$`, 'm'))
  expect(written).toMatch(/^network +hard$/m)
  expect(written).toContain('Node')
  for (const ecosystem of ECOSYSTEMS)
    expect(written).toMatch(new RegExp(`^${ecosystem} +(reachable|NOT reachable|none)`, 'm'))
})

test('without a sandbox no promise is given, and that is not an error', async () => {
  await checkSandbox(config({ SANDBOX_BACKEND: 'none' }), terminal(true))
  const told = JSON.parse(written)
  expect(new Set(told.promises.map(({ kept }: { kept: string }) => kept))).toEqual(new Set(['not promised']))
  expect(Object.keys(told)).toEqual([
    ...['backend', 'version', 'promises', 'guarantees', 'toolchains', 'registries'],
  ])
})

test('where there is no sandbox, the check says so by its exit code', async () => {
  const broken = config({ BOTWRIGHT_BWRAP: join(folder, 'nothing') })
  await expect(checkSandbox(broken, terminal(false))).rejects.toMatchObject({ code: EXIT.noSandbox })
})

test.each(EXEC_PHASES)('a command runs with the limits of the phase %s', async phase => {
  await execInSandbox(config(), terminal(true), ['cat', 'given'], { workspace: folder, phase })
  const { usage, guarantees, ...rest } = JSON.parse(written)
  expect(rest).toEqual({ exitCode: 0, signal: null, killedBy: null, stdout: 'given', stderr: '' })
  expect(Object.keys(usage)).toEqual(['wallMs', 'cpuMs', 'memoryBytes'])
  expect(guarantees.network).toBe('hard')
})

test('a command that fails is a refusal, with its result told', async () => {
  const failing = ['sh', '-c', 'echo oh >&2; exit 7']
  await expect(
    execInSandbox(config(), terminal(true), failing, { workspace: folder, phase: 'test' }),
  ).rejects.toMatchObject({ code: EXIT.refused })
  expect(JSON.parse(written)).toMatchObject({ exitCode: 7, stderr: 'oh\n' })
})
