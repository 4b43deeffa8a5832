import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { git, project, put, textsAt } from './trial.ts'
import { Workspace } from './workspace.ts'

test('undo adds a commit with the earlier files and keeps every other', async () => {
  const workspace = await project({ 'a.txt': '1' })
  const first = await workspace.commit({ message: 'First', step: 's1' })
  await put(workspace, { 'a.txt': '2', 'b.txt': 'b' })
  const second = await workspace.commit({ message: 'Second', step: 's2' })
  await put(workspace, { 'a.txt': 'uncommitted' })
  const undone = await workspace.undoTo(first, 'u1')
  expect((await workspace.log()).map(entry => entry.commit)).toEqual([undone, second, first])
  expect(await textsAt(workspace)).toEqual({ 'a.txt': '1' })
  expect(await workspace.tree()).toEqual(new Map([['a.txt', '1']]))
  expect((await workspace.log())[0]).toMatchObject({
    subject: 'Undo to First',
    trailers: { 'Undo-To': first, Step: 'u1' },
  })
})

test('an undo that was killed after its commit is finished by repeating it', async () => {
  const workspace = await project({ 'a.txt': '1' })
  const first = await workspace.commit({ message: 'First', step: 's1' })
  await put(workspace, { 'a.txt': '2' })
  await workspace.commit({ message: 'Second', step: 's2' })
  const undone = await workspace.undoTo(first, 'u1')
  await put(workspace, { 'a.txt': '2' })
  expect(await workspace.undoTo(first, 'u1')).toBe(undone)
  expect(await workspace.tree()).toEqual(new Map([['a.txt', '1']]))
})

test('undo to anything but a commit of this history is refused', async () => {
  const workspace = await project({ 'a.txt': '1' })
  await expect(workspace.undoTo('1'.repeat(40), 'u1')).rejects.toThrow('is not a commit of this project')
  await workspace.commit({ message: 'First', step: 's1' })
  const blob = git(workspace, 'rev-parse', 'HEAD:a.txt')
  const tree = git(workspace, 'rev-parse', 'HEAD^{tree}')
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@b']
  const stray = git(workspace, ...author, 'commit-tree', tree, '-m', 'stray')
  for (const unknown of ['1'.repeat(40), 'HEAD', '--all', '', blob, stray]) {
    await expect(workspace.undoTo(unknown, 'u1'), unknown).rejects.toThrow('is not a commit of this project')
  }
  expect(await workspace.log()).toHaveLength(1)
})

type Made = { commit: string; files: Record<string, string> }
type Walk = { workspace: Workspace; made: Made[] }
type Move = (walk: Walk, step: string) => Promise<void>

const write = fc.record({ path: fc.constantFrom('a', 'b/c', 'b/d'), content: fc.option(fc.string()) }).map(
  (change): Move =>
    walk =>
      walk.workspace.write([change]),
)

const commit: Move = async ({ workspace, made }, step) => {
  const files = Object.fromEntries(await everyFile(workspace))
  made.push({ commit: await workspace.commit({ message: `Made ${step}`, step }), files })
}

const undo = fc.nat().map(
  (nth): Move =>
    async ({ workspace, made }, step) => {
      const target = made[nth % Math.max(made.length, 1)]
      if (target) made.push({ commit: await workspace.undoTo(target.commit, step), files: target.files })
    },
)

const reopen: Move = async walk => {
  walk.workspace = await Workspace.open(walk.workspace.root)
}

const restore: Move = ({ workspace }) => workspace.restore()

const moves = fc.array(fc.oneof(write, undo, fc.constantFrom(commit, restore, reopen)), { maxLength: 8 })

test('no sequence of changes, commits, undos, restores and reopenings loses a commit', async () => {
  const takes = async (list: Move[]) => {
    const walk: Walk = { workspace: await project(), made: [] }
    for (const [index, move] of list.entries()) {
      await move(walk, `s${index}`)
      expect(await textsAt(walk.workspace)).toEqual(walk.made.at(-1)?.files ?? {})
    }
    const commits = (await walk.workspace.log()).map(entry => entry.commit).reverse()
    expect(commits).toEqual(walk.made.map(one => one.commit))
    await rm(walk.workspace.root, { recursive: true })
  }
  await fc.assert(fc.asyncProperty(moves, takes), { numRuns: 12 })
}, 60_000)

async function everyFile(workspace: Workspace): Promise<[string, string][]> {
  const paths = await workspace.files()
  return Promise.all(
    paths.map(
      async (path): Promise<[string, string]> => [path, await readFile(join(workspace.root, path), 'utf8')],
    ),
  )
}
