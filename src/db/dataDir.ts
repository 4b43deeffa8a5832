import { mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { done, type Result, refuse } from '../failure.ts'

/** What can be wrong with a data directory, by the code of the system, and what to do about it. */
const TROUBLES: Readonly<Record<string, string>> = {
  ENOTDIR: 'A part of its path is a file. Name a directory with --data-dir or DATA_DIR.',
  EEXIST: 'There is a file of that name. Name a directory with --data-dir or DATA_DIR.',
  ELOOP: 'Links on its path lead in a circle. Name another directory with --data-dir or DATA_DIR.',
  ENAMETOOLONG: 'Its path is too long. Name a shorter one with --data-dir or DATA_DIR.',
  EACCES: 'You may not write there. Name a directory of your own with --data-dir or DATA_DIR.',
  EPERM: 'You may not write there. Name a directory of your own with --data-dir or DATA_DIR.',
  EROFS: 'It is on a disk that can only be read. Name another directory with --data-dir or DATA_DIR.',
  ENOSPC: 'The disk is full. Make room, or name a directory on another disk with --data-dir or DATA_DIR.',
  EDQUOT:
    'Your share of the disk is used up. Make room, or name another directory with --data-dir or DATA_DIR.',
}

/** Directories that the kernel makes up. Node's recursive mkdir was seen to run for ever in /proc. */
const OF_THE_KERNEL = ['/proc', '/sys', '/dev']
/** The one place below them that keeps files. */
const SHARED_MEMORY = '/dev/shm'

/** Makes the data directory, for its owner only; refused with a sentence where none can be. */
export function makeDataDir(dataDir: string): Result<void, 'data-dir'> {
  if (isOfTheKernel(dataDir)) return refuse('data-dir', kernelText(dataDir))
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return done(undefined)
  } catch (thrown) {
    const says = dataDirTrouble(dataDir, thrown)
    if (says === undefined) throw thrown
    return refuse('data-dir', says)
  }
}

/** A sentence for what the system refused in the data directory; undefined for anything else. */
export function dataDirTrouble(dataDir: string, thrown: unknown): string | undefined {
  if (!(thrown instanceof Error && 'code' in thrown)) return undefined
  const advice = TROUBLES[String(thrown.code)]
  return advice && `The data directory ${dataDir} cannot be used. ${advice}`
}

function kernelText(dataDir: string): string {
  return `The data directory ${dataDir} cannot be used. Nothing can be kept there. Name another directory with --data-dir or DATA_DIR.`
}

function isOfTheKernel(path: string): boolean {
  const real = realOf(path)
  return OF_THE_KERNEL.some(root => isIn(real, root)) && !isIn(real, SHARED_MEMORY)
}

function isIn(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`)
}

/** Where a path leads, as far as it exists: a link may lead into /proc too. */
function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : `${realOf(parent)}/${path.slice(parent.length).replace(/^\//, '')}`
  }
}
