import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { done, OutsideFailure, type Result, refuse } from '../failure.ts'
import { newId, sha256 } from '../id.ts'

/**
 * One process per data directory. The file names its holder by process id and start time, so a holder that was
 * killed is told from a live one, also when its id was given to another process since.
 */
export type Lock = { release(): void }

/** A try ends in the lock, in a live holder, or in one dead holder less; others may be busy with the same. */
const TRIES_MAX = 20
/** Whoever removes a dead holder's file holds a lock for that, whose holder may have died too, and so on. */
const DEPTH_MAX = 4

/** Takes the lock of `dataDir`, or refuses with a sentence that names the holder. */
export function takeLock(dataDir: string): Result<Lock, 'held'> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const taken = take(join(dataDir, 'lock'), DEPTH_MAX)
  return typeof taken === 'object' ? done(taken) : refuse('held', heldText(dataDir, taken))
}

type Pid = number | undefined

/** The lock, or the process that holds it; undefined where nobody could be found that does. */
function take(file: string, depth: number): Lock | Pid {
  for (let tries = 0; tries < TRIES_MAX && depth > 0; tries++) {
    const lock = claim(file)
    if (lock) return lock
    const seen = read(file)
    if (seen === undefined) continue
    const holder = holderIn(seen)
    if (holder && lives(holder)) return holder.pid
    const remover = remove(file, seen, depth - 1)
    if (remover !== undefined) return remover
  }
  return undefined
}

/** Creates the file whole or not at all: a link fails where the name is taken. */
function claim(file: string): Lock | undefined {
  const id = newId()
  const own = `${file}.${id}`
  const text = JSON.stringify({ pid: process.pid, started: startOf(process.pid), id })
  writeFileSync(own, text, { mode: 0o600 })
  try {
    linkSync(own, file)
    return { release: () => removeIf(file, text) }
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return undefined
    const advice = 'Name a directory on a local disk with --data-dir.'
    throw new OutsideFailure(`No lock can be made in ${file}.`, advice, cause)
  } finally {
    rmSync(own, { force: true })
  }
}

/**
 * Removes a dead holder's file. Many may find it at once, and the slowest must not remove the file of the one that took
 * its place: so it takes a lock that is named after these very words, and looks again. Returns who else is about it.
 */
function remove(file: string, seen: string, depth: number): Pid {
  const right = take(`${file}.${sha256(seen).slice(0, 16)}`, depth)
  if (typeof right !== 'object') return right
  removeIf(file, seen)
  right.release()
  return undefined
}

/** Words are never written twice: each holder has an id of its own. */
function removeIf(file: string, text: string): void {
  if (read(file) === text) rmSync(file, { force: true })
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  }
}

const holderSchema = z.object({ pid: z.number().int(), started: z.string() })
type Holder = z.infer<typeof holderSchema>

/** Undefined for a file that a failing disk left empty or torn: nobody writes one like that, so nobody holds it. */
function holderIn(text: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
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

function heldText(dataDir: string, pid: Pid): string {
  const who = pid === undefined ? 'Another process' : `Process ${pid}`
  return `${who} already uses ${dataDir}. Stop it first, or name another directory with --data-dir.`
}
