import { expect } from 'vitest'
import type { Readme, ReadmeCommand } from '../../src/agents/readme.ts'
import type { ProjectView } from '../../src/http/views.ts'
import { type FrozenTest, frozenTests, loadProject } from '../../src/projects/store.ts'
import { type TreeFile, treeHash, unzip } from '../../src/workspace/archive.ts'
import { parseTodo } from '../../src/workspace/todo.ts'
import { faultsOutside } from './outside.ts'
import type { Stage } from './stage.ts'

/** What must be true of everything that is delivered, whatever happened on the way. */
export async function expectGoodDelivery(stage: Stage, project: ProjectView): Promise<Map<string, TreeFile>> {
  expect(project, JSON.stringify(project.pause ?? project.decision)).toMatchObject({
    state: 'completed',
    pause: null,
  })
  const zip = await stage.client.zip(project.id)
  const files = filesIn(zip)
  expectProof(project, files)
  expectTicked(project, files)
  await expectHistory(stage, project)
  await expectHiddenTests(stage, project, files)
  await expectBill(stage, project)
  const readme = await readmeOf(stage, project.id)
  const shown = textOf(files, 'README.md')
  for (const { command } of commandsOf(readme)) expect(shown).toContain(`\n${command}\n`)
  expect(await faultsOutside(zip, readme)).toEqual([])
  return files
}

/** The files of a delivered ZIP, by path within its one folder. */
export function filesIn(zip: Uint8Array): Map<string, TreeFile> {
  const unpacked = unzip(zip)
  if (!unpacked.ok) throw new Error(unpacked.says)
  return new Map([...unpacked.value].map(([path, file]) => [path.slice(path.indexOf('/') + 1), file]))
}

export function textOf(files: ReadonlyMap<string, TreeFile>, path: string): string {
  return Buffer.from(files.get(path)?.content ?? new Uint8Array()).toString('utf8')
}

export function commandsOf({ install, test, run, usage }: Readme): ReadmeCommand[] {
  return [...install, ...test, ...run, ...usage]
}

async function readmeOf({ app }: Stage, id: string): Promise<Readme> {
  const project = await loadProject(app.parts.database.sql, id)
  if (!project?.file.readme) throw new Error('there is no README')
  return project.file.readme
}

/** The proof names the tree that it stands beside. */
function expectProof({ deliveries }: ProjectView, files: ReadonlyMap<string, TreeFile>): void {
  const tree = new Map([...files].filter(([path]) => path !== 'PROOF.md'))
  const [delivery] = deliveries
  expect(treeHash(tree)).toBe(delivery?.treeSha256)
  expect(textOf(files, 'PROOF.md')).toContain(treeHash(tree))
  expect(delivery?.commands.length).toBeGreaterThan(0)
  expect(delivery?.commands.filter(command => !command.passed)).toEqual([])
}

function expectTicked({ taskList }: ProjectView, files: ReadonlyMap<string, TreeFile>): void {
  const wanted = taskList.map(({ id, status }) => ({ id, done: status === 'done' }))
  expect(parseTodo(textOf(files, 'TODO.md'))).toEqual(wanted)
}

/** One commit a verified task, which the task names. */
async function expectHistory({ app }: Stage, { id, taskList }: ProjectView): Promise<void> {
  const log = await (await app.parts.workspaceOf(id)).log()
  for (const task of taskList.filter(each => each.status === 'done')) {
    const [commit, ...more] = log.filter(entry => entry.commit === task.commit)
    expect(commit?.trailers.Task).toBe(task.id)
    expect(commit?.trailers.Checks).not.toContain('failed')
    expect(more).toEqual([])
  }
}

/** Whoever wrote the code never saw them; who gets the code does. */
async function expectHiddenTests(
  { app, asked }: Stage,
  { id, taskList }: ProjectView,
  files: ReadonlyMap<string, TreeFile>,
): Promise<void> {
  const tests = await frozenTests(app.parts.database.sql, id)
  const hidden = tests.filter(test => test.hidden)
  expect(hidden.length).toBeGreaterThan(0)
  const done = new Set(taskList.filter(task => task.status === 'done').map(task => task.id))
  for (const { path, content } of tests.filter(test => done.has(test.dueAfter)))
    expect(textOf(files, path)).toBe(content)
  const told = asked.filter(each => each.role === 'implementer').map(each => JSON.stringify(each.request))
  expect(told.length).toBeGreaterThan(0)
  const seen = hidden
    .flatMap(test => marksOf(test, tests))
    .filter(mark => told.some(request => request.includes(mark)))
  expect(seen).toEqual([])
}

/** A test with the first lines of its body: a title alone may be thought of twice. */
const TEST = /^[ \t]*(def test_|test\(|func Test|@Test\b|#\[test\]).*\n(.*\n){3}/gm

/** What gives a hidden test away: its path, and what it does. */
function marksOf({ path, content }: FrozenTest, tests: readonly FrozenTest[]): string[] {
  const visible = tests.filter(test => !test.hidden).map(test => test.content)
  const own = Array.from(content.matchAll(TEST), ([found]) => found)
  const secret = own.filter(part => !visible.some(other => other.includes(part)))
  expect(secret.length).toBeGreaterThan(0)
  return [path, ...secret.map(part => JSON.stringify(part).slice(1, -1))]
}

/** The cost that was said last is what the ledger has, to the micro-credit. */
async function expectBill({ client, happened }: Stage, project: ProjectView): Promise<void> {
  const delivered = (await happened(project.id)).findLast(event => event.type === 'delivered')
  expect(delivered).toMatchObject({ spentCredits: project.spentCredits })
  const calls = await client.calls(project.id)
  const refunds = (await happened(project.id)).flatMap(event => (event.type === 'refunded' ? [event] : []))
  const paid = sum(calls.map(call => call.credits)) - sum(refunds.map(event => event.credits))
  expect(paid).toBe(micro(project.spentCredits))
  expect(project.heldCredits).toBe('0')
}

function sum(amounts: readonly string[]): bigint {
  return amounts.reduce((total, amount) => total + micro(amount), 0n)
}

/** Micro-credits of a decimal string. */
export function micro(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.')
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}
