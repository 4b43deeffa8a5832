import { lstatSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { invariant } from '../failure.ts'
import { newId, sha256 } from '../id.ts'
import type { UidRange } from './bubblewrap/host.ts'
import type { Files, Workspace } from './files.ts'
import { WORKSPACE_BYTES } from './limits.ts'
import { readTree } from './readTree.ts'
import { createImages, unmountBelow, unmountLeftovers } from './supervise/images.ts'
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

/** `uids` is the range to take owners from, or null to leave everything with the user of this process. */
export function createWorkspaces(stateDir: string, uids: UidRange | null): Workspaces {
  // As an ordinary user nothing can be mounted.
  const images = uids === null ? null : createImages(WORKSPACE_BYTES)
  return {
    async create(files) {
      const scratch = await createScratch(stateDir)
      const dispose = images === null ? scratch.dispose : () => unmountAndRemove(scratch.dir)
      try {
        const parent = (await images?.mountIn(scratch.dir)) ?? scratch.dir
        return { ...(await furnish(parent, files, uids)), dispose }
      } catch (error) {
        await dispose()
        throw error
      }
    },
    async sweep() {
      if (images !== null) await unmountLeftovers()
      const leftovers = (await readdir(stateDir)).filter(isLeftover)
      for (const name of leftovers) await remove(join(stateDir, name))
      return leftovers.length
    },
  }
}

async function furnish(parent: string, files: Files, uids: UidRange | null) {
  const dir = join(parent, 'workspace')
  const home = join(parent, 'home')
  const owner = uids === null ? null : anyUid(uids)
  await own(mkdir(home, { mode: 0o700 }), home, owner)
  await fill(dir, files, owner)
  return { dir, home, read: () => readTree(dir) }
}

async function unmountAndRemove(dir: string): Promise<void> {
  await unmountBelow(dir)
  await remove(dir)
}

export async function createScratch(stateDir: string): Promise<Scratch> {
  const mark = newMark()
  const dir = join(stateDir, mark)
  // Others may pass, so that the owner of the workspace reaches it, but not look.
  await mkdir(dir, { mode: 0o711 })
  return { mark, dir, dispose: () => remove(dir) }
}

/** Whom a run in this directory is to be: its owner where that is a sandbox's id, else somebody new. */
export function ownerFor(dir: string, uids: UidRange): number {
  const { uid } = lstatSync(dir)
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

/** Also what a program made hard to remove: directories without permissions, paths too long to be named. */
async function remove(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true })
  } catch {
    await execute('/bin/chmod', ['-R', 'u+rwX', dir])
    await execute('/bin/rm', ['-rf', '--', dir])
  }
}
