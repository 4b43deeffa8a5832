import { crc32 } from 'node:zlib'
import { done, type Result, refuse } from '../../failure.ts'

/** A PNG that came out of a sandbox, once it is known to be one and nothing else. */
export type Png = { bytes: Uint8Array; width: number; height: number }

/** Of one picture; the table `pictures` holds to it too. */
export const PNG_BYTES_MAX = 1024 * 1024
/** In either direction. */
export const PNG_PIXELS_MAX = 2048

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Length, type and checksum. */
const CHUNK_FRAME_BYTES = 12
const CHUNKS_MAX = 4096
/** What a browser writes. Others can hold texts and packed profiles, which whoever shows the picture would unpack. */
const CHUNKS: ReadonlySet<string> = new Set([
  'IHDR',
  'sRGB',
  'gAMA',
  'cHRM',
  'pHYs',
  'sBIT',
  'PLTE',
  'tRNS',
  'IDAT',
  'IEND',
])

type Chunk = { type: string; data: Buffer }

/**
 * Reads bytes that somebody else wrote: the signature, the checksum of every chunk and its kind, dimensions within
 * bounds, and an end after which nothing comes. What is in the pixels is not looked at.
 */
export function readPng(given: Uint8Array): Result<Png, 'too_large' | 'no_png'> {
  const bytes = Buffer.from(given)
  if (bytes.length > PNG_BYTES_MAX) return refuse('too_large', `it has more than ${PNG_BYTES_MAX} bytes`)
  const chunks = bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE) ? chunksIn(bytes) : null
  if (chunks === null || !isOrdered(chunks)) return refuse('no_png', 'it is no PNG')
  const header = chunks[0]?.data
  if (header?.length !== 13) return refuse('no_png', 'it is no PNG')
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  if (!isWithin(width) || !isWithin(height)) return refuse('too_large', `it has ${width} × ${height} pixels`)
  return done({ bytes, width, height })
}

/** Null where a chunk is broken, of another kind, or one too many. */
function chunksIn(bytes: Buffer): Chunk[] | null {
  const chunks: Chunk[] = []
  let at = SIGNATURE.length
  while (at < bytes.length) {
    const chunk = chunkAt(bytes, at)
    if (chunk === null || chunks.push(chunk) > CHUNKS_MAX) return null
    at += chunk.data.length + CHUNK_FRAME_BYTES
  }
  return chunks
}

function chunkAt(bytes: Buffer, at: number): Chunk | null {
  if (at + CHUNK_FRAME_BYTES > bytes.length) return null
  const end = at + 8 + bytes.readUInt32BE(at)
  if (end + 4 > bytes.length) return null
  const type = bytes.toString('latin1', at + 4, at + 8)
  if (!CHUNKS.has(type) || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return null
  return { type, data: bytes.subarray(at + 8, end) }
}

/** One header at the beginning, some data, one end. */
function isOrdered(chunks: readonly Chunk[]): boolean {
  const types = chunks.map(({ type }) => type)
  const once = (type: string) => types.indexOf(type) === types.lastIndexOf(type)
  return (
    types[0] === 'IHDR' && types.at(-1) === 'IEND' && types.includes('IDAT') && once('IHDR') && once('IEND')
  )
}

function isWithin(pixels: number): boolean {
  return pixels >= 1 && pixels <= PNG_PIXELS_MAX
}
