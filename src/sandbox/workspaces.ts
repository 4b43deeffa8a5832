import { chmod, chown, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'
import { done, invariant, type Result, refuse } from '../failure.ts'
import { newId, sha256 } from '../id.ts'
import type { UidRange } from './bubblewrap/host.ts'
import type { FileContent, Files, Workspace } from './files.ts'
import { isLeftover, newMark } from './supervise/marks.ts'
import { execute } from './supervise/process.ts'

/** The directories of sandboxes below one directory, each owned by whom the sandbox runs as. */
export type Workspaces = {
  create(files: Files): Promise<Workspace>
  /** Removes the directories of supervisors that are no longer alive; answers how many. */
  sweep(): Promise<number>
}

/** A directory for the streams of one run; like a workspace it carries a mark, and can be swept. */
export type Scratch = { mark: string; dir: string; dispose(): Promise<void> }

const READ_BYTES_MAX = 128 * 1024 ** 2
const READ_FILES_MAX = 20_000

/** `uids` is the range to take owners from, or null to leave everything with the user of this process. */
export function createWorkspaces(stateDir: string, uids: UidRange | null): Workspaces {
  return {
    async create(files) {
      const { dir: parent, dispose } = await createScratch(stateDir)
      const dir = join(parent, 'workspace')
      const home = join(parent, 'home')
      const owner = uids === null ? null : anyUid(uids)
      await own(mkdir(home, { mode: 0o700 }), home, owner)
      await fill(dir, files, owner)
      return { dir, home, read: () => readTree(dir), dispose }
    },
    async sweep() {
      const leftovers = (await readdir(stateDir)).filter(isLeftover)
      for (const name of leftovers) await remove(join(stateDir, name))
      return leftovers.length
    },
  }
}

export async function createScratch(stateDir: string): Promise<Scratch> {
  const mark = newMark()
  const dir = join(stateDir, mark)
  // Others may pass, so that the owner of the workspace reaches it, but not look.
  await mkdir(dir, { mode: 0o711 })
  return { mark, dir, dispose: () => remove(dir) }
}

/** Whom a run in this directory is to be: its owner where that is a sandbox's id, else somebody new. */
export async function ownerFor(dir: string, uids: UidRange): Promise<number> {
  const { uid } = await lstat(dir)
  return uid >= uids.first && uid < uids.first + uids.count ? uid : anyUid(uids)
}

/** Two sandboxes hardly ever share an id: one in a million, and then they are still in different namespaces. */
function anyUid({ first, count }: UidRange): number {
  return first + (Number.parseInt(sha256(newId()).slice(0, 12), 16) % count)
}

async function fill(root: string, files: Files, owner: number | null): Promise<void> {
  const directories = new Set([root])
  for (const path of files.keys()) for (const directory of parents(root, path)) directories.add(directory)
  for (const directory of directories) await own(mkdir(directory, { mode: 0o700 }), directory, owner)
  for (const [path, { content, mode = 0o644 }] of files) {
    const file = join(root, path)
    await own(writeFile(file, content, { flag: 'wx' }), file, owner)
    await chmod(file, mode & 0o777)
  }
}

/** The directories of a relative path below the root, outermost first. */
function parents(root: string, path: string): string[] {
  invariant(isInside(path), `a workspace has no file at ${JSON.stringify(path)}`)
  const above = dirname(path)
  return above === '.' ? [] : [...parents(root, above), join(root, above)]
}

function isInside(path: string): boolean {
  return path !== '' && path === normalize(path) && !path.includes('\0') && !/^(\/|\.\.?(\/|$))/.test(path)
}

async function own(made: Promise<unknown>, path: string, owner: number | null): Promise<void> {
  await made
  if (owner !== null) await chown(path, owner, owner)
}

async function readTree(root: string): Promise<Result<Files, 'too_large'>> {
  const files = new Map<string, FileContent>()
  let bytes = 0
  const directories = [root]
  for (const directory of directories) {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name)
      if (entry.isDirectory()) directories.push(path)
      if (!entry.isFile()) continue
      const { size, mode } = await lstat(path)
      bytes += size
      if (bytes > READ_BYTES_MAX || files.size >= READ_FILES_MAX) return tooLarge()
      files.set(relative(root, path), { content: await readFile(path), mode: mode & 0o777 })
    }
  }
  return done(files)
}

function tooLarge() {
  const megabytes = READ_BYTES_MAX / 1024 ** 2
  return refuse(
    'too_large',
    `The workspace holds more than ${megabytes} MiB or ${READ_FILES_MAX} files: remove what was generated.`,
  )
}

/** Also what a program made hard to remove: directories without permissions, paths too long to be named. */
async function remove(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true })
  } catch {
    await execute('/bin/chmod', ['-R', 'u+rwX', dir])
    await execute('/bin/rm', ['-rf', '--', dir])
  }
}
