import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { isLeftover } from '../supervise/marks.ts'

/** Directories looked at in search of left groups; a machine has hundreds. */
const LOOKED_AT_MAX = 20_000
const AGAIN_MS = 2
/** A process that the kernel cannot end by now hangs in a device; its group is left to the next sweep. */
const TRIES_MAX = 1000

/** The groups in these hierarchies whose names are asked for. */
export function findGroups(roots: readonly string[], isWanted: (name: string) => boolean): string[] {
  const directories = [...roots]
  for (const directory of directories) {
    if (directories.length >= LOOKED_AT_MAX) break
    directories.push(...below(directory))
  }
  return directories.filter(directory => isWanted(basename(directory)))
}

/**
 * Ends and removes the groups of supervisors that are no longer alive. One with processes of another pid namespace,
 * which are listed as 0, is not ours to judge: its supervisor is not seen from here. A process that is just ending is
 * listed so too, for a moment.
 */
export async function removeLeftovers(roots: readonly string[]): Promise<void> {
  const groups = findGroups(roots, isLeftover)
  await removeGroups(groups.filter(group => !hasStrangers(group)))
  const doubtful = groups.filter(hasStrangers)
  if (doubtful.length === 0) return
  await systemClock.wait(ENDING_MS, NEVER)
  await removeGroups(doubtful.filter(group => !hasStrangers(group)))
}

const ENDING_MS = 100

function hasStrangers(group: string): boolean {
  return listedIn(group).includes(0)
}

/** Kills everything in these groups, again and again until they are empty, and removes them. */
export async function removeGroups(groups: readonly string[]): Promise<void> {
  let left = groups.filter(group => !isRemoved(group))
  for (let tries = 0; left.length > 0 && tries < TRIES_MAX; tries++) {
    for (const group of left) killAll(group)
    await systemClock.wait(AGAIN_MS, NEVER)
    left = left.filter(group => !isRemoved(group))
  }
}

const NEVER = new AbortController().signal

function isRemoved(group: string): boolean {
  try {
    rmdirSync(group)
    return true
  } catch {
    return !existsSync(group)
  }
}

/** By `cgroup.kill` where there is one (version 2, Linux 5.14); else no more forks, and one after the other. */
function killAll(group: string): void {
  const atOnce = join(group, 'cgroup.kill')
  const forks = join(group, 'pids.max')
  if (existsSync(atOnce)) write(atOnce, '1')
  else if (existsSync(forks)) write(forks, '0')
  for (const pid of processesIn(group)) kill(pid)
}

/** Never zero, which to `kill` is the own group, nor this process. */
function processesIn(group: string): number[] {
  return listedIn(group).filter(pid => pid > 1 && pid !== process.pid)
}

function listedIn(group: string): number[] {
  try {
    const lines = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n')
    return lines.filter(line => line !== '').map(Number)
  } catch {
    return []
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    return
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch {
    return
  }
}

function below(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true })
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => join(directory, name))
  } catch {
    return []
  }
}
