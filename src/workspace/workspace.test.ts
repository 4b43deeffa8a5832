import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Workspace } from './workspace.ts'

let folder = ''
let made = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workspace-'))
})
afterAll(() => rm(folder, { recursive: true }))

function freshDir(): string {
  return join(folder, `project-${++made}`)
}

async function project(files: Record<string, string> = {}): Promise<Workspace> {
  const workspace = await Workspace.open(freshDir())
  await put(workspace, files)
  return workspace
}

async function put(workspace: Workspace, files: Record<string, string | null>): Promise<void> {
  await workspace.write(Object.entries(files).map(([path, content]) => ({ path, content })))
}

function git(workspace: Workspace, ...args: string[]): string {
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  }
  const { stdout, stderr, status } = spawnSync('git', args, { cwd: workspace.root, env, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout.trim()
}

async function textsAt(workspace: Workspace): Promise<Record<string, string>> {
  const files = await workspace.snapshot()
  return Object.fromEntries([...files].map(([path, file]) => [path, Buffer.from(file.content).toString()]))
}

test('a new folder becomes a repository on branch main without a commit', async () => {
  const workspace = await project()
  expect(git(workspace, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
  expect(await workspace.head()).toBeUndefined()
  expect([await workspace.log(), await workspace.files(), await workspace.sources()]).toEqual([[], [], []])
  expect(await workspace.snapshot()).toEqual(new Map())
})

test('a project inside another repository keeps to itself', async () => {
  const outer = await project({ 'outer.txt': 'outer' })
  const inner = await Workspace.open(join(outer.root, 'data', 'inner'))
  await put(inner, { 'inner.txt': 'inner' })
  await inner.commit({ message: 'Inner', step: 'i1' })
  expect(await outer.head()).toBeUndefined()
  expect(Object.keys(await textsAt(inner))).toEqual(['inner.txt'])
})

test('opening again keeps the history and clears the locks of a killed git', async () => {
  const workspace = await project({ 'a.txt': 'a' })
  const commit = await workspace.commit({ message: 'First', step: 's1' })
  await writeFile(join(workspace.root, '.git', 'index.lock'), '')
  await writeFile(join(workspace.root, '.git', 'refs', 'heads', 'main.lock'), '')
  const again = await Workspace.open(workspace.root)
  await put(again, { 'a.txt': 'b' })
  await again.commit({ message: 'Second', step: 's2' })
  expect((await again.log()).at(-1)?.commit).toBe(commit)
})

test('git data may live outside the work tree', async () => {
  const dir = freshDir()
  const workspace = await Workspace.open(dir, { gitDir: `${dir}.git` })
  await put(workspace, { 'a.txt': 'a' })
  await workspace.commit({ message: 'First', step: 's1' })
  expect(await readdir(workspace.root)).toEqual(['a.txt'])
  expect(await textsAt(await Workspace.open(dir, { gitDir: `${dir}.git` }))).toEqual({ 'a.txt': 'a' })
})

test('a `.git` file that points elsewhere is refused', async () => {
  const dir = freshDir()
  await mkdir(dir)
  await writeFile(join(dir, '.git'), 'gitdir: /somewhere\n')
  await expect(Workspace.open(dir)).rejects.toThrow('is not a folder')
})

test('a machine without git is told to install it', async () => {
  await expect(Workspace.open(freshDir(), { path: '/nonexistent' })).rejects.toMatchObject({
    name: 'OutsideFailure',
    advice: 'Install git 2.28 or newer.',
  })
})

test('a commit holds every change, says its step and is by Botwright', async () => {
  const workspace = await project({ 'kept.txt': '1', 'gone.txt': '2', '.gitignore': 'out/\n' })
  await workspace.commit({ message: 'First', step: 's1' })
  await put(workspace, { 'gone.txt': null, 'new/deep.txt': '3', 'out/build.js': '4' })
  const trailers = { Task: 'T1', Cost: '1.25 credits' }
  const commit = await workspace.commit({ message: 'T1: Build\n\nLonger words.', step: 's2', trailers })
  expect(await textsAt(workspace)).toEqual({ '.gitignore': 'out/\n', 'kept.txt': '1', 'new/deep.txt': '3' })
  expect(git(workspace, 'log', '-1', '--format=%H %an <%ae> %s')).toBe(
    `${commit} Botwright <botwright@localhost> T1: Build`,
  )
  expect((await workspace.log())[0]).toMatchObject({
    commit,
    subject: 'T1: Build',
    trailers: { ...trailers, Step: 's2' },
  })
})

test('the same step commits once, whatever happened since', async () => {
  const workspace = await project({ 'a.txt': '1' })
  const first = await workspace.commit({ message: 'First', step: 's1' })
  await workspace.commit({ message: 'Other', step: 's10' })
  await put(workspace, { 'a.txt': '2' })
  expect(await workspace.commit({ message: 'First', step: 's1' })).toBe(first)
  expect(await workspace.log()).toHaveLength(2)
  expect(await workspace.findStep('s')).toBeUndefined()
})

test('a step is found by its trailer only, not by words in a message', async () => {
  const workspace = await project()
  await workspace.commit({ message: 'Title\n\nStep: s9', step: 's1' })
  expect(await workspace.findStep('s9')).toBeUndefined()
  expect(await workspace.findStep('s1')).toBe(await workspace.head())
})

test('a trailer value cannot smuggle in a step', async () => {
  const workspace = await project()
  await workspace.commit({ message: 'Title', step: 's1', trailers: { Note: 'fine\nStep: s9' } })
  expect((await workspace.log())[0]?.trailers).toEqual({ Note: 'fine Step: s9', Step: 's1' })
  expect(await workspace.findStep('s9')).toBeUndefined()
  await expect(workspace.commit({ message: 'T', step: 's2\nStep: s9' })).rejects.toThrow('a step is one line')
  await expect(workspace.commit({ message: 'T', step: 's2', trailers: { step: 's9' } })).rejects.toThrow(
    'not given twice',
  )
})

test('two commits asked for at once both happen', async () => {
  const workspace = await project({ 'a.txt': '1' })
  const same = await Workspace.open(workspace.root)
  await Promise.all([
    workspace.commit({ message: 'One', step: 's1' }),
    same.commit({ message: 'Two', step: 's2' }),
    Workspace.open(workspace.root),
    workspace.diff(),
  ])
  expect(await workspace.log()).toHaveLength(2)
})

test('hooks, filters and line-end settings of the tree do nothing', async () => {
  const workspace = await project({
    '.gitattributes': '* text eol=crlf ident filter=evil\n*.txt binary\n',
    'a.txt': '$Id$\r\n',
  })
  const mark = join(workspace.root, '..', 'hook-ran')
  await mkdir(join(workspace.root, '.git', 'hooks'))
  for (const hook of ['pre-commit', 'post-index-change', 'reference-transaction', 'post-checkout']) {
    await writeFile(join(workspace.root, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${mark}\n`, {
      mode: 0o755,
    })
  }
  git(workspace, 'config', 'filter.evil.clean', `touch ${mark}; cat`)
  git(workspace, 'config', 'core.fsmonitor', `touch ${mark}; false`)
  git(workspace, 'config', 'diff.external', `touch ${mark}; false`)
  expect(await workspace.diff()).toContain('+$Id$\r\n')
  await workspace.commit({ message: 'First', step: 's1' })
  await put(workspace, { 'a.txt': 'changed' })
  await workspace.restore()
  expect(existsSync(mark)).toBe(false)
  expect(await readFile(join(workspace.root, 'a.txt'), 'utf8')).toBe('$Id$\r\n')
  expect((await textsAt(workspace))['a.txt']).toBe('$Id$\r\n')
})

test('a repository made inside the tree is committed as plain files', async () => {
  const workspace = await project({ 'app/a.txt': 'a', 'app/lib/b.txt': 'b' })
  git(workspace, 'init', '-q', 'app')
  git(workspace, 'init', '-q', 'app/lib')
  await workspace.commit({ message: 'First', step: 's1' })
  expect(await textsAt(workspace)).toEqual({ 'app/a.txt': 'a', 'app/lib/b.txt': 'b' })
})

test('an imported submodule entry becomes a plain folder', async () => {
  const workspace = await project({ 'a.txt': 'a' })
  const commit = await workspace.commit({ message: 'First', step: 's1' })
  git(workspace, 'update-index', '--add', '--cacheinfo', `160000,${commit},sub`)
  await put(workspace, { 'sub/b.txt': 'b' })
  git(workspace, 'init', '-q', 'sub')
  await workspace.commit({ message: 'Second', step: 's2' })
  expect(await textsAt(workspace)).toEqual({ 'a.txt': 'a', 'sub/b.txt': 'b' })
})

test('restore returns to the last commit, ignored files and inner repositories included', async () => {
  const workspace = await project({ 'a.txt': '1', '.gitignore': 'out/\n' })
  await workspace.commit({ message: 'First', step: 's1' })
  await put(workspace, { 'a.txt': '2', 'b.txt': 'new', 'out/c.txt': 'ignored', 'inner/d.txt': 'd' })
  git(workspace, 'init', '-q', 'inner')
  git(workspace, 'add', 'b.txt')
  await workspace.restore()
  expect((await readdir(workspace.root)).sort()).toEqual(['.git', '.gitignore', 'a.txt'])
  expect(await workspace.diff()).toBe('')
})

test('restore before the first commit empties the tree', async () => {
  const workspace = await project({ 'a.txt': '1' })
  await workspace.diff()
  await workspace.restore()
  expect(await workspace.files()).toEqual([])
})

test('restore sees a change that kept size and time', async () => {
  const workspace = await project({ 'a.txt': '1' })
  await workspace.commit({ message: 'First', step: 's1' })
  const path = join(workspace.root, 'a.txt')
  const { atime, mtime } = await stat(path)
  await writeFile(path, '2')
  await utimes(path, atime, mtime)
  await workspace.restore()
  expect(await readFile(path, 'utf8')).toBe('1')
})

test('restore does not write through a folder that was replaced by a link', async () => {
  const workspace = await project({ 'lib/a.txt': 'mine' })
  await workspace.commit({ message: 'First', step: 's1' })
  const outside = await project({ 'a.txt': 'not mine' })
  await rm(join(workspace.root, 'lib'), { recursive: true })
  await symlink(outside.root, join(workspace.root, 'lib'))
  expect(await workspace.files()).toEqual([])
  expect(await workspace.tree()).toEqual(new Map())
  await workspace.restore()
  expect(await readFile(join(outside.root, 'a.txt'), 'utf8')).toBe('not mine')
  expect(await workspace.tree()).toEqual(new Map([['lib/a.txt', 'mine']]))
})

test('writing through a link, into .git, above the root or onto a folder is refused and changes nothing', async () => {
  const workspace = await project({ 'kept.txt': '1', 'folder/a.txt': '2' })
  const outside = await project({ 'secret.txt': 'secret' })
  await symlink(outside.root, join(workspace.root, 'link'))
  await symlink(join(outside.root, 'secret.txt'), join(workspace.root, 'secret.txt'))
  const paths = [
    'link/secret.txt',
    'secret.txt',
    '.git/config',
    '../up.txt',
    'folder',
    'kept.txt/below.txt',
    '/etc/x',
  ]
  for (const path of paths) {
    const changes = [
      { path: 'kept.txt', content: 'changed' },
      { path, content: 'x' },
    ]
    await expect(workspace.write(changes), path).rejects.toMatchObject({ name: 'OutsideFailure' })
    await expect(workspace.write([{ path, content: null }]), path).rejects.toMatchObject({
      name: 'OutsideFailure',
    })
  }
  expect(await readFile(join(workspace.root, 'kept.txt'), 'utf8')).toBe('1')
  expect(await readFile(join(outside.root, 'secret.txt'), 'utf8')).toBe('secret')
})

test('deleting the last file of folders removes the folders', async () => {
  const workspace = await project({ 'a/b/c.txt': '1', 'a/d.txt': '2' })
  await put(workspace, { 'a/b/c.txt': null, 'not/there.txt': null })
  expect(await readdir(join(workspace.root, 'a'))).toEqual(['d.txt'])
  await put(workspace, { 'a/d.txt': null })
  expect(await readdir(workspace.root)).toEqual(['.git'])
})

test('an executable file stays one, and a new script with #! becomes one', async () => {
  const workspace = await project({ 'run.sh': '#!/bin/sh\n', 'tool.py': 'print(1)\n', 'plain.txt': '' })
  await chmod(join(workspace.root, 'tool.py'), 0o755)
  await put(workspace, { 'tool.py': 'print(2)\n' })
  await workspace.commit({ message: 'First', step: 's1' })
  const modes = [...(await workspace.snapshot())].map(([path, { mode }]) => [path, mode])
  expect(modes).toEqual([
    ['plain.txt', 0o644],
    ['run.sh', 0o755],
    ['tool.py', 0o755],
  ])
})

test('files are listed sorted, without ignored and deleted ones; names may have any letters', async () => {
  const workspace = await project({ 'b.txt': '', 'ä ö/ü.txt': '', 'gone.txt': '', '.gitignore': '*.log\n' })
  await workspace.commit({ message: 'First', step: 's1' })
  await put(workspace, { 'gone.txt': null, 'a.txt': '', 'x.log': '' })
  expect(await workspace.files()).toEqual(['.gitignore', 'a.txt', 'b.txt', 'ä ö/ü.txt'])
})

test('the tree and the sources leave binary and large files out, and give text exactly', async () => {
  const workspace = await project({
    'a.txt': '\ufeffhello\r\nthere',
    'large.txt': 'x'.repeat(1024 * 1024 + 1),
  })
  await writeFile(join(workspace.root, 'latin1.txt'), Buffer.from([0xe4, 0x0a]))
  await writeFile(join(workspace.root, 'zero.bin'), 'a\0b')
  expect(await workspace.tree()).toEqual(new Map([['a.txt', '\ufeffhello\r\nthere']]))
  await workspace.commit({ message: 'First', step: 's1' })
  const blob = git(workspace, 'rev-parse', 'HEAD:a.txt')
  expect(await workspace.sources()).toEqual([{ path: 'a.txt', blob, text: '\ufeffhello\r\nthere' }])
  expect([...(await workspace.snapshot()).keys()]).toEqual(['a.txt', 'large.txt', 'latin1.txt', 'zero.bin'])
})

test('the snapshot has every byte, empty and equal files too, and no links', async () => {
  const workspace = await project({ empty: '', one: 'same\n', two: 'same\n' })
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  await writeFile(join(workspace.root, 'bytes.bin'), bytes)
  await symlink('/etc/passwd', join(workspace.root, 'link'))
  await workspace.commit({ message: 'First', step: 's1' })
  const snapshot = await workspace.snapshot()
  expect([...snapshot.keys()]).toEqual(['bytes.bin', 'empty', 'one', 'two'])
  expect([...(snapshot.get('bytes.bin')?.content ?? [])]).toEqual([...bytes])
  expect((await textsAt(workspace)).two).toBe('same\n')
})

test('a name that Windows cannot store is delivered, a path that leads out is refused', async () => {
  const workspace = await project({ 'a.txt': 'a' })
  await writeFile(join(workspace.root, 'C\\log?.txt'), 'log')
  await workspace.commit({ message: 'First', step: 's1' })
  expect(await textsAt(workspace)).toEqual({ 'C\\log?.txt': 'log', 'a.txt': 'a' })
  expect((await workspace.sources()).map(source => source.path)).toEqual(['a.txt'])
  await replaceHead(workspace, `100644 blob ${git(workspace, 'rev-parse', 'HEAD:a.txt')}\t..`)
  await expect(workspace.snapshot()).rejects.toThrow('may not contain ".."')
})

/** A commit with a tree such as git itself would not make. */
async function replaceHead(workspace: Workspace, entry: string): Promise<void> {
  await writeFile(join(workspace.root, 'entry'), `${entry}\n`)
  const script =
    'git update-ref HEAD $(git -c user.name=a -c user.email=a@b commit-tree -m evil $(git mktree < entry))'
  const { status } = spawnSync('sh', ['-c', script], { cwd: workspace.root })
  expect(status).toBe(0)
}

test('the diff shows changed, new and deleted files, also before the first commit', async () => {
  const workspace = await project({ 'a.txt': 'old\n', 'gone.txt': 'gone\n' })
  expect(await workspace.diff()).toContain('+old\n')
  await workspace.commit({ message: 'First', step: 's1' })
  await put(workspace, { 'a.txt': 'new\n', 'gone.txt': null, 'fresh.txt': 'fresh\n' })
  const diff = await workspace.diff()
  for (const line of ['-old\n', '+new\n', '-gone\n', '+fresh\n']) expect(diff).toContain(line)
  const one = await workspace.diff({ paths: ['a.txt'] })
  expect(one).toContain('+new\n')
  expect(one).not.toContain('fresh')
})

test('a long diff is cut at whole lines and says so', async () => {
  const workspace = await project({ 'a.txt': 'line of text\n'.repeat(50_000) })
  const diff = await workspace.diff({ bytesMax: 1000 })
  expect(diff.length).toBeLessThan(1100)
  expect(diff.split('\n').slice(-3)).toEqual(['+line of text', '[cut after 1000 bytes]', ''])
})

test('a stopped diff throws the reason and leaves the workspace usable', async () => {
  const workspace = await project({ 'a.txt': '1' })
  const reason = new Error('stopped by the person')
  await expect(workspace.diff({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  expect(await workspace.commit({ message: 'First', step: 's1' })).toMatch(/^[0-9a-f]{40}$/)
})

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
