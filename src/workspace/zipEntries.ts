import { done, type Result, refuse } from '../failure.ts'

/** One entry of a ZIP's central directory and its packed bytes. `unixMode` is st_mode, 0 when not made on Unix. */
export type ZipEntry = {
  name: string
  flags: number
  method: number
  crc: number
  size: number
  unixMode: number
  packed: Buffer
}

/**
 * Reads a ZIP's directory: fflate unpacks but does not tell the modes, by which links are known.
 * Format: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
 * @returns the entries in the directory's order; throws RangeError when an offset points outside the archive
 */
export function readEntries(
  zip: Buffer,
  entriesMax: number,
): Result<ZipEntry[], 'damaged' | 'too-big' | 'unsupported'> {
  const end = zip.lastIndexOf(END_SIGNATURE)
  if (end < 0) return refuse('damaged', 'This is not a ZIP archive.')
  const count = zip.readUInt16LE(end + 10)
  const start = zip.readUInt32LE(end + 16)
  if (count === ZIP64_COUNT || start === ZIP64_OFFSET)
    return refuse('unsupported', 'ZIP64 archives are not read; pack less.')
  if (count > entriesMax) return refuse('too-big', `The archive has more than ${entriesMax} files.`)
  return done(entriesFrom(zip, start, count))
}

const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1')
const ENTRY_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30
const ZIP64_COUNT = 0xffff
const ZIP64_OFFSET = 0xffffffff
/** Makers of archives (upper byte of "version made by") whose attributes hold st_mode: Unix and macOS. */
const UNIX_MAKERS: ReadonlySet<number> = new Set([3, 19])

function entriesFrom(zip: Buffer, start: number, count: number): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = start
  while (entries.length < count) {
    expectSignature(zip, at, ENTRY_SIGNATURE)
    entries.push(entryAt(zip, at))
    at += ENTRY_BYTES + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return entries
}

function entryAt(zip: Buffer, at: number): ZipEntry {
  const isUnix = UNIX_MAKERS.has(zip.readUInt8(at + 5))
  return {
    name: zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + zip.readUInt16LE(at + 28)),
    flags: zip.readUInt16LE(at + 8),
    method: zip.readUInt16LE(at + 10),
    crc: zip.readUInt32LE(at + 16),
    size: zip.readUInt32LE(at + 24),
    unixMode: isUnix ? zip.readUInt32LE(at + 38) >>> 16 : 0,
    packed: packedAt(zip, zip.readUInt32LE(at + 42), zip.readUInt32LE(at + 20)),
  }
}

function packedAt(zip: Buffer, local: number, size: number): Buffer {
  expectSignature(zip, local, LOCAL_SIGNATURE)
  const start = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  if (start + size > zip.length) throw new RangeError('packed bytes outside the archive')
  return zip.subarray(start, start + size)
}

function expectSignature(zip: Buffer, at: number, signature: number): void {
  if (zip.readUInt32LE(at) !== signature) throw new RangeError('no header where the archive points')
}
