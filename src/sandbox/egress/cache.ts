import { createHash } from 'node:crypto'
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Clock } from '../../clock.ts'
import { newId, sha256 } from '../../id.ts'
import type { Log } from '../../log.ts'
import { isLeftover, newMark } from '../supervise/marks.ts'

/**
 * Files that never change, kept on the host by their content. Only the mirror writes here, and what it writes came from
 * the registry in answer to a request that says nothing of the run that made it; so no run can put anything into
 * another's. Pages are not kept: a version is to be had as soon as it is published.
 */
export type Cache = {
  /** The kept file whole and unharmed, or null; its body must be read or destroyed. */
  find(address: string): Promise<Kept | null>
  /** Begins to keep a file that comes in pieces. */
  begin(address: string): Keeping
}

export type Kept = { type: string; bytes: number; body: Readable }

/** None of these fails: what cannot be kept, for instance on a full disk, is said in the log and fetched again. */
export type Keeping = {
  add(piece: Uint8Array): Promise<void>
  /** From now on it can be found. */
  finish(type: string): Promise<void>
  /** Nothing remains of it, unless it is finished. */
  abandon(): Promise<void>
}

const entrySchema = z.strictObject({
  sha256: z.string().regex(/^[\da-f]{64}$/),
  bytes: z.int(),
  type: z.string(),
})
type Entry = z.infer<typeof entrySchema>

/** How full it is left when it was too full, so that not every new file removes an old one. */
const FULL_AGAIN = 0.9

export async function openCache(options: {
  dir: string
  bytesMax: number
  clock: Clock
  log: Log
}): Promise<Cache> {
  const places = { entries: join(options.dir, 'entries'), blobs: join(options.dir, 'blobs') }
  const parts = await ownParts(join(options.dir, 'parts'))
  for (const place of Object.values(places)) await mkdir(place, { recursive: true, mode: 0o700 })
  const kept = await readKept(places)
  const entryOf = (address: string) => join(places.entries, sha256(address))
  const blobOf = (hash: string) => join(places.blobs, hash)

  async function drop(hash: string): Promise<void> {
    kept.delete(hash)
    await rm(blobOf(hash), { force: true })
  }

  async function makeRoom(): Promise<void> {
    let bytes = total(kept)
    if (bytes <= options.bytesMax) return
    for (const [hash, size] of kept) {
      if (bytes <= options.bytesMax * FULL_AGAIN) return
      await drop(hash)
      bytes -= size
    }
  }

  /** The most recently used stands last, here and by the times on the disk. */
  async function touch(hash: string, bytes: number): Promise<void> {
    kept.delete(hash)
    kept.set(hash, bytes)
    const now = options.clock.nowMs() / 1000
    await utimes(blobOf(hash), now, now)
  }

  return {
    async find(address) {
      const entry = await readEntry(entryOf(address))
      if (entry === null) return null
      const body = await openWhole(blobOf(entry.sha256), entry)
      if (body === null) {
        await drop(entry.sha256)
        await rm(entryOf(address), { force: true })
        return null
      }
      await touch(entry.sha256, entry.bytes).catch(() => {})
      return { type: entry.type, bytes: entry.bytes, body }
    },
    begin(address) {
      const part = join(parts, newId())
      const hash = createHash('sha256')
      let bytes = 0
      const file = open(part, 'wx', 0o600)
      let failed = false
      const attempt = async (step: () => Promise<void>) => {
        if (failed) return
        await step().catch(error => {
          failed = true
          options.log.warn({ err: error }, 'a fetched file cannot be kept')
        })
      }
      return {
        add: piece =>
          attempt(async () => {
            hash.update(piece)
            bytes += piece.length
            await (await file).writeFile(piece)
          }),
        finish: type =>
          attempt(async () => {
            await (await file).close()
            const entry: Entry = { sha256: hash.digest('hex'), bytes, type }
            await rename(part, blobOf(entry.sha256))
            await replace(entryOf(address), JSON.stringify(entry), join(parts, newId()))
            await touch(entry.sha256, bytes)
            await makeRoom()
          }),
        async abandon() {
          await file.then(handle => handle.close()).catch(() => {})
          await rm(part, { force: true })
        },
      }
    },
  }
}

/** A directory for what is not finished, apart from that of others; what the dead left in theirs is removed. */
async function ownParts(parts: string): Promise<string> {
  const own = join(parts, newMark())
  await mkdir(own, { recursive: true, mode: 0o700 })
  const left = (await readdir(parts)).filter(isLeftover)
  for (const name of left) await rm(join(parts, name), { recursive: true, force: true })
  return own
}

/** Sizes by hash, the longest unused first. An entry whose file is gone is removed. */
async function readKept(places: { entries: string; blobs: string }): Promise<Map<string, number>> {
  const found = await Promise.all((await readdir(places.blobs)).map(hash => blobIn(places.blobs, hash)))
  const blobs = found.flatMap(blob => (blob === null ? [] : [blob]))
  const kept = new Map(
    blobs.sort((one, other) => one.mtimeMs - other.mtimeMs).map(({ hash, size }) => [hash, size]),
  )
  for (const name of await readdir(places.entries)) {
    const path = join(places.entries, name)
    const entry = await readEntry(path)
    if (entry === null || !kept.has(entry.sha256)) await rm(path, { force: true })
  }
  return kept
}

/** Null when another that keeps files here has removed it meanwhile. */
async function blobIn(dir: string, hash: string) {
  const facts = await stat(join(dir, hash)).catch(() => null)
  return facts === null ? null : { hash, size: facts.size, mtimeMs: facts.mtimeMs }
}

function total(kept: ReadonlyMap<string, number>): number {
  return [...kept.values()].reduce((sum, bytes) => sum + bytes, 0)
}

async function readEntry(path: string): Promise<Entry | null> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return null
  }
}

/** In one step, so that nobody reads half of it. */
async function replace(path: string, text: string, part: string): Promise<void> {
  await writeFile(part, text, { flag: 'wx', mode: 0o600 })
  await rename(part, path)
}

/** The file from its start, once all of it has been seen to be what was written; null when it is not. */
async function openWhole(path: string, { sha256: hash, bytes }: Entry): Promise<Readable | null> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return null
  if ((await hashOf(file)) === hash && (await file.stat()).size === bytes)
    return file.createReadStream({ start: 0 })
  await file.close()
  return null
}

async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of file.createReadStream({ start: 0, autoClose: false })) hash.update(piece)
  return hash.digest('hex')
}
