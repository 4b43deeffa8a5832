import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDir, git, project, put, textsAt } from './trial.ts'
import { Workspace } from './workspace.ts'

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
