import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SandboxManager } from '@anthropic-ai/sandbox-runtime'
import type { Workspace } from '../src/sandbox/files.ts'
import { openSandbox, type Sandbox } from '../src/sandbox/open.ts'

/** `node bench/sandbox.ts [--json]`: what a sandbox costs beside none, and beside another. See bench/README.md. */

const LAUNCHES = 150
const WARM = 10
const CROWD = 20
const CROWD_ROUNDS = 5
const TEST_ROUNDS = 3
const ADDED_MS_MAX = 25
const TEST_RATIO_MAX = 1.05

/** One way to run a shell script in a folder, that answers when it has ended well. */
type Way = { name: string; run(script: string): Promise<void> }

async function bench(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'botwright-bench-'))
  const opened = await openSandbox({
    backend: 'bubblewrap',
    stateDir: join(dir, 'state'),
    nodePath: process.execPath,
    slots: CROWD,
  })
  if (!opened.ok) throw new Error(opened.says)
  const sandbox = opened.value
  const workspace = await sandbox.workspace(new Map())
  await SandboxManager.initialize({
    network: { allowedDomains: [], deniedDomains: [] },
    filesystem: { denyRead: [], allowWrite: [workspace.dir], denyWrite: [] },
  })
  try {
    await writeFile(join(workspace.dir, 'long.test.mjs'), LONG_TEST)
    const ways = [bare(workspace.dir), ours(sandbox, workspace), other(workspace.dir)]
    const launch = await launches(ways)
    show({ launch, tests: await tests(ways.slice(0, 2), launch), crowd: await crowd(ways) })
  } finally {
    await SandboxManager.reset()
    await workspace.dispose()
    await sandbox.close()
    await rm(dir, { recursive: true })
  }
}

function bare(cwd: string): Way {
  return {
    name: 'bare spawn',
    run: script => ended(spawn('/bin/sh', ['-c', script], { cwd, stdio: 'ignore' })),
  }
}

function ours(sandbox: Sandbox, { dir, home }: Workspace): Way {
  return {
    name: 'botwright',
    async run(script) {
      const command = ['/bin/sh', '-c', script]
      const result = await sandbox.run({ workspace: dir, home, phase: 'test', command })
      if (result.exitCode !== 0) throw new Error(result.stderr)
    },
  }
}

/** Its `wrapWithSandbox` answers a command line for a shell. */
function other(cwd: string): Way {
  return {
    name: '@anthropic-ai/sandbox-runtime',
    async run(script) {
      const wrapped = await SandboxManager.wrapWithSandbox(script)
      await ended(spawn(wrapped, { cwd, shell: true, stdio: 'ignore' }))
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const [exitCode] = await once(child, 'exit')
  if (exitCode !== 0) throw new Error(`ended with ${exitCode}`)
}

/** In turns, so that whatever else the machine does meets all alike. */
async function launches(ways: readonly Way[]): Promise<Row[]> {
  const times = new Map(ways.map(({ name }) => [name, [] as number[]]))
  for (let turn = 0; turn < WARM + LAUNCHES; turn++)
    for (const { name, run } of ways) {
      const ms = await timed(() => run('true'))
      if (turn >= WARM) times.get(name)?.push(ms)
    }
  const bareMs = quantile(times.get('bare spawn') ?? [], 0.5)
  return ways.map(({ name }) => {
    const own = times.get(name) ?? []
    const p50 = quantile(own, 0.5)
    return { name, 'p50 ms': p50, 'p99 ms': quantile(own, 0.99), 'added ms': p50 - bareMs }
  })
}

/** A test run of ten seconds and more, of computing and of many small files, by `node --test`. */
const LONG_TEST = `import { test } from 'node:test'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
test('computing', () => {
  let text = 'x'
  for (let i = 0; i < 14_000_000; i++) text = createHash('sha256').update(text).digest('hex')
})
test('files', () => {
  const dir = mkdtempSync('bench-')
  for (let i = 0; i < 20_000; i++) {
    writeFileSync(join(dir, String(i % 500)), String(i))
    readFileSync(join(dir, String(i % 500)))
  }
  rmSync(dir, { recursive: true })
})
`

async function tests(ways: readonly Way[], launch: readonly Row[]): Promise<Row[]> {
  const times = new Map(ways.map(({ name }) => [name, [] as number[]]))
  const script = `PATH=/opt/node/bin:${NODE_DIR}:$PATH node --test long.test.mjs`
  for (let round = 0; round < TEST_ROUNDS; round++)
    for (const { name, run } of ways) times.get(name)?.push(await timed(() => run(script)))
  const ownMs = (name: string) => {
    const launched = Number(launch.find(row => row.name === name)?.['p50 ms'])
    return quantile(times.get(name) ?? [], 0.5) - launched
  }
  return ways.map(({ name }) => ({
    name,
    'median ms': ownMs(name),
    ratio: ownMs(name) / ownMs('bare spawn'),
  }))
}

const NODE_DIR = join(process.execPath, '..')

async function crowd(ways: readonly Way[]): Promise<Row[]> {
  const times = new Map(ways.map(({ name }) => [name, [] as number[]]))
  const all = (run: Way['run']) => () =>
    Promise.all(
      Array.from({ length: CROWD }, () => run('i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done')),
    ).then(() => undefined)
  for (let round = 0; round < CROWD_ROUNDS; round++)
    for (const { name, run } of ways) times.get(name)?.push(await timed(all(run)))
  const bareMs = quantile(times.get('bare spawn') ?? [], 0.5)
  return ways.map(({ name }) => {
    const ms = quantile(times.get(name) ?? [], 0.5)
    return { name, 'all ended after ms': ms, ratio: ms / bareMs }
  })
}

async function timed(action: () => Promise<void>): Promise<number> {
  const from = performance.now()
  await action()
  return performance.now() - from
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

type Row = { name: string } & Record<string, number | string>
type Figures = { launch: Row[]; tests: Row[]; crowd: Row[] }

function show({ launch, tests, crowd }: Figures): void {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ launch, tests, crowd })}\n`)
    return
  }
  const parts = [
    [`one launch of \`true\`; goal: at most ${ADDED_MS_MAX} ms added`, launch],
    [`a test run without its launch; goal: at most ${TEST_RATIO_MAX}`, tests],
    [`${CROWD} at once`, crowd],
  ] as const
  process.stdout.write(`${parts.map(([title, rows]) => `${title}\n${linesOf(rows)}`).join('\n\n')}\n`)
}

function linesOf(rows: readonly Row[]): string {
  const [first] = rows
  const columns = Object.keys(first ?? {}).filter(column => column !== 'name')
  const line = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(32)}${cells.map(cell => cell.padStart(22)).join('')}`
  const cellsOf = (row: Row) =>
    columns.map(column => {
      const cell = row[column]
      return typeof cell === 'number' ? cell.toFixed(2) : `${cell}`
    })
  return [line('', columns), ...rows.map(row => line(row.name, cellsOf(row)))].join('\n')
}

await bench()
