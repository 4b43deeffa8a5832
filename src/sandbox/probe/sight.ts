import { z } from 'zod'
import { done, type Result } from '../../failure.ts'
import { sha256 } from '../../id.ts'
import type { Limits, RunSpec } from '../backend.ts'
import { limitsFor } from '../limits.ts'
import { PNG_BYTES_MAX, readPng } from './png.ts'

/** What pages looked like when an app was proven: pictures of them, and what went wrong in them. */
export type Sight = {
  pages: readonly PageSeen[]
  pictures: readonly Picture[]
  /** Why there are no pictures, or not all; null when nothing is missing. */
  why: string | null
}

export type PageSeen = {
  path: string
  /** False where the browser says that the document did not come; null where that was not the page's doing. */
  loaded: boolean | null
  /** Uncaught exceptions, failed requests to the app itself, `console.error`, and why there is no picture. */
  errors: readonly string[]
}

export type Picture = {
  path: string
  size: PictureSize
  /** As the page calls itself; empty when it has no title. */
  title: string
  /** In pixels of the PNG. */
  width: number
  height: number
  png: Uint8Array
  sha256: string
}

export type PictureSize = 'phone' | 'desktop'

/** In CSS pixels, as the protocol of the browser has it. */
const SIZES: readonly (Record<'width' | 'height' | 'deviceScaleFactor', number> & {
  name: PictureSize
  mobile: boolean
})[] = [
  { name: 'phone', width: 390, height: 844, deviceScaleFactor: 2, mobile: true },
  { name: 'desktop', width: 1280, height: 800, deviceScaleFactor: 1, mobile: false },
]

/** Where distributions have Chromium itself, and then what starts it. */
const BROWSERS = [
  '/usr/lib/chromium/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
]

export const PATHS_MAX = 4
const DOCUMENT_MS_MAX = 10_000
const ALL_MS_MAX = 30_000
const TITLE_CHARACTERS_MAX = 120
const ERROR_CHARACTERS_MAX = 400
const ERRORS_MAX = 20

/** What is asked of the program inside. */
export const PICTURE_ORDER = {
  browsers: BROWSERS,
  sizes: SIZES,
  pathsMax: PATHS_MAX,
  pngBytesMax: PNG_BYTES_MAX,
  documentMs: DOCUMENT_MS_MAX,
  allMs: ALL_MS_MAX,
}

/** All pictures at their largest, in base64, with room for what is said of them. */
export const REPORT_BYTES_MAX = (PATHS_MAX * SIZES.length + 1) * PNG_BYTES_MAX * 1.5

const MIB = 1024 ** 2

/** A browser is a large program: what a run with one may use beyond the limits of its phase. */
export function pictureLimits({ phase, limits }: Pick<RunSpec, 'phase' | 'limits'>): Partial<Limits> {
  const { wallMs, cpuSeconds, memoryBytes, processes } = limitsFor(phase, limits)
  return {
    ...limits,
    wallMs: wallMs + 90_000,
    cpuSeconds: cpuSeconds + 60,
    memoryBytes: memoryBytes + 1024 * MIB,
    processes: processes + 256,
  }
}

const lookSchema = z.object({
  size: z.enum(['phone', 'desktop']),
  loaded: z.boolean().nullable(),
  why: z.string().nullable(),
  title: z.string(),
  errors: z.array(z.string()),
  png: z.string().nullable(),
})

const pageSchema = z.object({ path: z.string(), looks: z.array(lookSchema).max(SIZES.length) })
const sightSchema = z
  .object({ why: z.string().nullable(), pages: z.array(pageSchema).max(PATHS_MAX) })
  .nullable()

/** Reads what came out of the sandbox; `asked` are the only paths that may be in it. Null where no answer was a page. */
export function readSight(line: string, asked: readonly string[]): Sight | null {
  const found = sightSchema.safeParse(parsed(line))
  if (!found.success) return noSight('what was reported of the pages cannot be read')
  if (found.data === null) return null
  const pages = found.data.pages.filter(({ path }) => asked.includes(path)).map(pageIn)
  return {
    why: found.data.why === null ? null : plain(found.data.why, ERROR_CHARACTERS_MAX),
    pages: pages.map(({ page }) => page),
    pictures: pages.flatMap(({ pictures }) => pictures),
  }
}

export function noSight(why: string): Sight {
  return { pages: [], pictures: [], why }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function pageIn({ path, looks }: z.infer<typeof pageSchema>): { page: PageSeen; pictures: Picture[] } {
  const taken = looks.map(look => ({
    ...look,
    read: look.png === null ? null : pictureIn(path, look, look.png),
  }))
  const missing = taken.flatMap(({ size, why, loaded, read }) => {
    if (why !== null) return [`${size}: ${loaded === false ? 'it did not load: ' : ''}${why}`]
    return read === null || read.ok ? [] : [`${size}: no picture: ${read.says}`]
  })
  const errors = [...new Set([...missing, ...looks.flatMap(look => look.errors)])]
  return {
    page: {
      path,
      loaded: looks.some(({ loaded }) => loaded === false) ? false : (looks[0]?.loaded ?? null),
      errors: errors.slice(0, ERRORS_MAX).map(error => plain(error, ERROR_CHARACTERS_MAX)),
    },
    pictures: taken.flatMap(({ read }) => (read?.ok ? [read.value] : [])),
  }
}

function pictureIn(path: string, { size, title }: z.infer<typeof lookSchema>, png: string): Result<Picture> {
  const read = readPng(Buffer.from(png, 'base64'))
  if (!read.ok) return read
  const { bytes, width, height } = read.value
  return done({
    path,
    size,
    title: plain(title, TITLE_CHARACTERS_MAX),
    width,
    height,
    png: bytes,
    sha256: sha256(bytes),
  })
}

/** One line without anything that a terminal or a page takes for more than text. */
function plain(text: string, charactersMax: number): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, charactersMax)
    .toWellFormed()
}
