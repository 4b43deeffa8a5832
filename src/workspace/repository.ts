import { access, lstat, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OutsideFailure } from '../failure.ts'
import type { Git } from './git.ts'
import { lookAt, unless } from './workTree.ts'

export const BRANCH = 'main'

/** Creates the repository when there is none and clears what a killed git left behind. */
export async function prepareRepository(git: Git): Promise<void> {
  const { gitDir } = git.place
  await refuseForeign(gitDir)
  for (const lock of LOCKS) await rm(join(gitDir, lock), { force: true })
  if (!(await exists(join(gitDir, 'HEAD')))) {
    await git.run(['init', '--quiet', '--template=', `--initial-branch=${BRANCH}`])
  }
  await mkdir(join(gitDir, 'info'), { recursive: true })
  await writeFile(join(gitDir, 'info', 'attributes'), ATTRIBUTES)
}

/**
 * Turns repositories inside the tree (a generator ran `git init`, a submodule was imported) into plain folders, since
 * git would record only their commit and lose their files, and would read their configuration.
 */
export async function dissolveNested(git: Git): Promise<void> {
  await dropSubmodules(git)
  for (let round = 0; round < NESTED_ROUNDS_MAX; round++) {
    const nested = (await listed(git, ['--others', '--exclude-standard'])).filter(path => path.endsWith('/'))
    if (nested.length === 0) return
    for (const folder of nested) await removeGitOf(git, folder.slice(0, -1))
  }
}

/** What `git ls-files` lists with these arguments. */
export async function listed(git: Git, args: readonly string[]): Promise<string[]> {
  return (await git.run(['ls-files', '-z', ...args])).split('\0').filter(Boolean)
}

// A repository inside a nested repository shows once the outer one is dissolved.
const NESTED_ROUNDS_MAX = 10

const LOCKS = ['index.lock', 'HEAD.lock', 'config.lock', 'packed-refs.lock', `refs/heads/${BRANCH}.lock`]

/**
 * These win over every .gitattributes of the tree: what was checked is, byte for byte, what is committed and
 * delivered, and no file can hide from a diff.
 */
const ATTRIBUTES = '* -text -ident -filter !eol !working-tree-encoding !diff\n'

const SUBMODULE_MODE = '160000 '

async function dropSubmodules(git: Git): Promise<void> {
  const entries = (await listed(git, ['--stage'])).filter(entry => entry.startsWith(SUBMODULE_MODE))
  const paths = entries.map(entry => entry.slice(entry.indexOf('\t') + 1))
  if (paths.length === 0) return
  for (const path of paths) await removeGitOf(git, path)
  await git.run(['update-index', '--force-remove', '-z', '--stdin'], {
    input: paths.map(path => `${path}\0`).join(''),
  })
}

async function removeGitOf(git: Git, folder: string): Promise<void> {
  const found = await lookAt(git.place.workTree, folder)
  if (found.kind === 'folder')
    await rm(join(git.place.workTree, folder, '.git'), { recursive: true, force: true })
}

async function refuseForeign(gitDir: string): Promise<void> {
  const stats = await lstat(gitDir).catch(unless('ENOENT'))
  if (stats === undefined || stats.isDirectory()) return
  throw new OutsideFailure(`${gitDir} is not a folder`, 'Remove it, or open the folder that it points to.')
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
