import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { done, type Result, refuse } from '../failure.ts'
import { newId } from '../id.ts'

/**
 * One process per data directory. The file names its holder by process id and start time, so a holder that was
 * killed is told from a live one, also when its id was given to another process since.
 */
export type Lock = { release(): void }

const TRIES_MAX = 5

/** Takes the lock of `dataDir`, or refuses with a sentence that names the holder. */
export function takeLock(dataDir: string): Result<Lock, 'held'> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'lock')
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (claim(file)) return done({ release: () => rmSync(file, { force: true }) })
    const holder = read(file)
    if (holder && lives(holder)) return refuse('held', heldText(dataDir, holder.pid))
    if (holder) setAside(file, holder)
  }
  return refuse('held', heldText(dataDir, undefined))
}

type Holder = { pid: number; started: string }

/** Creates the file whole or not at all: a link fails where the name is taken. */
function claim(file: string): boolean {
  const own = `${file}.${newId()}`
  writeFileSync(own, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), { mode: 0o600 })
  try {
    linkSync(own, file)
    return true
  } catch {
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** Two starters may find the same dead holder: only the one whose rename succeeds removes it. */
function setAside(file: string, holder: Holder): void {
  const aside = `${file}.${newId()}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  const moved = read(aside)
  if (moved && (moved.pid !== holder.pid || moved.started !== holder.started)) linkBack(aside, file)
  rmSync(aside, { force: true })
}

/** The rename caught a new holder's file instead of the dead one's: give it back. */
function linkBack(aside: string, file: string): void {
  try {
    linkSync(aside, file)
  } catch {
    return
  }
}

function lives(holder: Holder): boolean {
  const started = startOf(holder.pid)
  return started !== '' && started === holder.started
}

/** Start time of a process in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)); empty when there is none. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function heldText(dataDir: string, pid: number | undefined): string {
  const who = pid === undefined ? 'Another process' : `Process ${pid}`
  return `${who} already uses ${dataDir}. Stop it first, or name another directory with --data-dir.`
}
