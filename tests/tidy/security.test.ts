import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadYaml } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import type { DetectionReason, Guarantees, Phase } from '../../src/sandbox/backend.ts'
import { createBubblewrap } from '../../src/sandbox/bubblewrap/bubblewrap.ts'
import { readHost } from '../../src/sandbox/bubblewrap/host.ts'
import { LAYERS } from '../../src/sandbox/bubblewrap/layers.ts'
import type { ContainerReason } from '../../src/sandbox/container/diagnosis.ts'
import { type EngineFacts, FACTS } from '../../src/sandbox/container/engine.ts'
import { guaranteesOf } from '../../src/sandbox/container/facts.ts'
import { CAPS } from '../../src/sandbox/egress/caps.ts'
import type { ClusterReason } from '../../src/sandbox/kubernetes/diagnosis.ts'
import { neededRights } from '../../src/sandbox/kubernetes/rights.ts'
import { limitsFor } from '../../src/sandbox/limits.ts'
import { createNoSandbox } from '../../src/sandbox/none.ts'
import { PROMISES } from '../../src/sandbox/promises.ts'
import { TOOLCHAINS } from '../../src/sandbox/toolchains/toolchains.ts'
import { NOTICED } from '../escape/noticed.ts'

/** What docs/security.md promises is what the code does, wherever both say it in a table. */

const ROOT = join(import.meta.dirname, '../..')
const TEXT = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split(' | ')
    .map(cell => cell.trim())

/** Tables may be padded. */
const isHead = (line: string, head: string) => line.replace(/ +/g, ' ').startsWith(head)

/** The cells of the table whose head begins so, without its head. */
function rowsOf(head: string): string[][] {
  const lines = TEXT.split('\n')
  const begin = lines.findIndex(line => isHead(line, head))
  const length = lines.slice(begin).findIndex(line => !line.startsWith('|'))
  return lines.slice(begin + 2, begin + length).map(cellsOf)
}

function columnOf(head: string, index: number): string[] {
  return rowsOf(head).map(row => row[index] ?? '')
}

const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name)

test('every layer is told, with the checks that notice when it is missing', () => {
  const told = rowsOf('| layer |').map(([name = '', , noticed]) => [name, noticed])
  const expected = LAYERS.map(name => {
    const { by, with: also = [] } = NOTICED[name]
    const without = also.map(other => `\`${other}\``).join(' and ')
    return [`\`${name}\``, by.join('; ') + (without === '' ? '' : ` (without ${without} as well)`)]
  })
  expect(told).toEqual(expected)
})

test('every promise of the short form is told, with what to do', () => {
  expect(columnOf('| line |', 0)).toEqual(PROMISES.map(({ group, name }) => `${group}: ${name}`))
  for (const [, todo] of rowsOf('| line |')) expect(todo).toMatch(/\w/)
})

const MIB = 1024 ** 2
const PHASES = {
  ...{ fetch: true, scripts: true, lint: true, build: true },
  ...{ test: true, serve: true, prove: true, engine: true },
} as const satisfies Record<Phase, true>

test('the limits of every phase are told', () => {
  const numbers = (phase: Phase) => {
    const limits = limitsFor(phase)
    const { wallMs, cpuSeconds, memoryBytes, processes, fileBytes, diskBytes, openFiles, outputBytes } =
      limits
    const row = [wallMs / 1000, cpuSeconds, memoryBytes / MIB, processes, fileBytes / MIB, diskBytes / MIB]
    return [...row, openFiles, outputBytes / MIB].map(String)
  }
  const phases = Object.keys(PHASES).filter((name): name is Phase => name in PHASES)
  expect(rowsOf('| phase |')).toEqual(phases.map(phase => [`\`${phase}\``, ...numbers(phase)]))
})

const NO_FIXTURES = { etc: '', programs: '', dispose: async () => {} }
const NO_WORKSPACES = { create: () => Promise.reject(new Error('nothing runs here')), sweep: async () => 0 }
const NOTHING = { stateDir: '', nodePath: '', fixtures: NO_FIXTURES, workspaces: NO_WORKSPACES }

const podman = (cgroupVersion: string) =>
  FACTS.podman({
    host: { cgroupVersion, cgroupControllers: ['memory', 'pids'], security: { rootless: true } },
    version: { Version: '5.0.0' },
  })
const docker = FACTS.docker({ ServerVersion: '27.0.0', MemoryLimit: true, SwapLimit: true, PidsLimit: true })
const held = (facts: EngineFacts) => guaranteesOf({ ...facts, path: '', env: {}, seccomp: null })

test('how each backend holds each limit is told', async () => {
  const places = { mounts: [], path: [] }
  const columns: Readonly<Record<string, Guarantees>> = {
    'bubblewrap, least': createBubblewrap({ ...NOTHING, host: await readHost(), places }).guarantees,
    'Podman, rootless, cgroup v2': held(podman('v2')),
    'Podman, rootless, cgroup v1': held(podman('v1')),
    'Docker, run by root': held(docker),
    none: createNoSandbox(NOTHING).guarantees,
  }
  const names = cellsOf(TEXT.split('\n').find(line => isHead(line, '| limit |')) ?? '')
  for (const [name, guarantees] of Object.entries(columns)) {
    const index = names.indexOf(name)
    const told = rowsOf('| limit |').map(row => [row[0]?.replaceAll('`', ''), row[index]])
    expect(told, name).toEqual(Object.entries(guarantees))
  }
})

test('every toolchain is told, with its registry', () => {
  expect(rowsOf('| toolchain |').map(([title, registry]) => [title, registry])).toEqual(
    TOOLCHAINS.map(({ title, dependencies }) => [title, dependencies?.ecosystem ?? '–']),
  )
})

test('the caps of a door are told', () => {
  const inUnit = (name: string, value: number) =>
    name.startsWith('bytes') || name.endsWith('BytesMax')
      ? value / MIB
      : name.endsWith('Ms')
        ? value / 1000
        : value
  const told = rowsOf('| cap |').map(([name, says]) => [
    name?.replaceAll('`', ''),
    says?.match(/^[\d,]+/)?.[0].replace(',', ''),
  ])
  expect(told).toEqual(Object.entries(CAPS).map(([name, value]) => [name, `${inUnit(name, value)}`]))
})

test('every reason why there is no sandbox is told', () => {
  const reasons = {
    ...{ bwrap_missing: true, bwrap_old: true, tool_missing: true, namespaces_denied: true },
    ...{ proc_masked: true, mount_denied: true, launch_failed: true, engine_missing: true },
    ...{ engine_stopped: true, engine_denied: true, engine_old: true, engine_elsewhere: true },
    ...{ image_missing: true, image_unfit: true, cgroups_unfit: true, cluster_unreachable: true },
    ...{ cluster_denied: true, cluster_full: true, cluster_open: true, cluster_unfit: true },
  } as const satisfies Record<DetectionReason | ContainerReason | ClusterReason, true>
  expect(columnOf('| reason |', 0).flatMap(quoted).sort()).toEqual(Object.keys(reasons).sort())
})

test('the Role for a cluster has the rights that are asked for', () => {
  const role: unknown = loadYaml(/```yaml\n([\s\S]*?)```/.exec(TEXT)?.[1] ?? '')
  const rules = neededRights.map(({ group, resource, verbs }) => ({
    ...{ apiGroups: [group], resources: [resource], verbs },
  }))
  expect(role).toMatchObject({ kind: 'Role', rules })
})
