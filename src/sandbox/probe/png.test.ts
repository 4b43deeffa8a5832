import { crc32, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { PNG_BYTES_MAX, readPng } from './png.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

function header(width: number, height: number): Buffer {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  return chunk('IHDR', data)
}

const PIXELS = chunk('IDAT', deflateSync(Buffer.alloc(7)))
const END = chunk('IEND', Buffer.alloc(0))
const png = (...chunks: Buffer[]) => Buffer.concat([SIGNATURE, ...chunks])
const GOOD = png(header(2, 1), PIXELS, END)

test('a PNG is read with its size', () => {
  const read = readPng(GOOD)
  expect(read).toMatchObject({ ok: true, value: { width: 2, height: 1 } })
  expect(read.ok && Buffer.from(read.value.bytes).equals(GOOD)).toBe(true)
})

const broken = Buffer.from(GOOD)
broken.writeUInt8(broken.readUInt8(45) ^ 1, 45)

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a signature alone', SIGNATURE],
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['a picture of another kind', Buffer.from('GIF89a')],
  ['a checksum that is wrong', broken],
  ['an end that is cut off', GOOD.subarray(0, -1)],
  ['no end', png(header(2, 1), PIXELS)],
  ['no pixels', png(header(2, 1), END)],
  ['two headers', png(header(2, 1), header(2, 1), PIXELS, END)],
  ['something after the end', png(header(2, 1), PIXELS, END, PIXELS)],
  ['bytes after the end', Buffer.concat([GOOD, Buffer.from('<script>')])],
  ['a text in it', png(header(2, 1), chunk('tEXt', Buffer.from('a')), PIXELS, END)],
  ['a packed profile in it', png(header(2, 1), chunk('iCCP', deflateSync(Buffer.alloc(1e6))), PIXELS, END)],
  [
    'a length beyond its end',
    Buffer.concat([SIGNATURE, Buffer.from([0xff, 0xff, 0xff, 0xff]), header(2, 1).subarray(4)]),
  ],
  ['a header that is too short', png(chunk('IHDR', Buffer.alloc(4)), PIXELS, END)],
])('%s is no PNG', (_, bytes) => {
  expect(readPng(bytes)).toMatchObject({ ok: false, reason: 'no_png' })
})

test.each([
  ['no width', png(header(0, 1), PIXELS, END)],
  ['a height beyond all screens', png(header(1, 100_000), PIXELS, END)],
  ['a mebibyte and more', png(header(2, 1), chunk('IDAT', Buffer.alloc(PNG_BYTES_MAX)), END)],
])('%s is refused', (_, bytes) => {
  expect(readPng(bytes)).toMatchObject({ ok: false, reason: 'too_large' })
})
