import { isObject, type Page, parseObject } from './shelf.ts'

/** One file of a project, as both forms of Python's simple index tell it (the Simple Repository API). */
export type IndexFile = {
  filename: string
  url: string
  hashes: Readonly<Record<string, string>>
  requiresPython: string | null
  /** Hashes of the metadata that can be had beside it, or whether there are any. */
  metadata: Readonly<Record<string, string>> | boolean
  /** Withdrawn, with the reason where one is given. */
  yanked: string | boolean
}

export const JSON_TYPE = 'application/vnd.pypi.simple.v1+json'
const HTML_TYPE = 'application/vnd.pypi.simple.v1+html'
const FILES_MAX = 50_000

/** The files of an index page in either form; null for something else. Addresses are as written. */
export function readIndex({ type, body }: Page): readonly IndexFile[] | null {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  return type.includes('json') ? readJson(text) : readHtml(text)
}

/** The page in the form that the asker understands; every pip reads HTML. */
export function writeIndex(name: string, files: readonly IndexFile[], accept: string): Page {
  if (accept.includes(JSON_TYPE)) return { type: JSON_TYPE, body: writeJson(name, files) }
  return { type: accept.includes(HTML_TYPE) ? HTML_TYPE : 'text/html; charset=utf-8', body: writeHtml(files) }
}

function readJson(text: string): IndexFile[] | null {
  const page = parseObject(text)
  if (page === null || !Array.isArray(page.files)) return null
  return page.files.slice(0, FILES_MAX).flatMap((file: unknown) => {
    if (!isObject(file) || typeof file.filename !== 'string' || typeof file.url !== 'string') return []
    const metadata = file['core-metadata'] ?? file['dist-info-metadata']
    return [
      {
        filename: file.filename,
        url: file.url,
        hashes: textsOf(file.hashes),
        requiresPython: textOr(file['requires-python'], null),
        metadata: isObject(metadata) ? textsOf(metadata) : metadata === true,
        yanked: textOr(file.yanked, file.yanked === true),
      },
    ]
  })
}

/** Without the older name of `core-metadata` (PEP 714): pip 22.3 to 23.1 fails on it. */
function writeJson(name: string, files: readonly IndexFile[]): string {
  return JSON.stringify({
    meta: { 'api-version': '1.0' },
    name,
    files: files.map(file => ({
      filename: file.filename,
      url: file.url,
      hashes: file.hashes,
      ...(file.requiresPython === null ? {} : { 'requires-python': file.requiresPython }),
      'core-metadata': file.metadata,
      yanked: file.yanked,
    })),
  })
}

const ANCHOR = /<a\s([^>]*)>([^<]*)<\/a>/gi
const ATTRIBUTE = /([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/gi

function readHtml(text: string): IndexFile[] {
  const anchors = [...text.matchAll(ANCHOR)].slice(0, FILES_MAX)
  return anchors.flatMap(([, written = '', label = '']) => {
    const attributes = attributesOf(written)
    const [url, fragment = ''] = (attributes.get('href') ?? '').split('#', 2)
    if (url === undefined || url === '') return []
    const metadata = attributes.get('data-core-metadata') ?? attributes.get('data-dist-info-metadata')
    const yanked = attributes.get('data-yanked')
    return [
      {
        filename: unescapeText(label).trim(),
        url,
        hashes: hashOf(fragment),
        requiresPython: attributes.get('data-requires-python') ?? null,
        metadata: metadata === undefined ? false : metadataOf(metadata),
        yanked: yanked === undefined ? false : yanked || true,
      },
    ]
  })
}

function attributesOf(written: string): Map<string, string> {
  const pairs = [...written.matchAll(ATTRIBUTE)]
  return new Map(
    pairs.map(([, name = '', double, single]) => [name.toLowerCase(), unescapeText(double ?? single ?? '')]),
  )
}

function writeHtml(files: readonly IndexFile[]): string {
  const anchors = files.map(({ filename, url, hashes, requiresPython, metadata, yanked }) => {
    const attributes = {
      href: url + fragmentOf(hashes),
      'data-requires-python': requiresPython,
      'data-core-metadata': metadata === false ? null : metadata === true ? 'true' : pairOf(metadata),
      'data-yanked': yanked === false ? null : yanked === true ? '' : yanked,
    }
    const written = Object.entries(attributes).flatMap(([name, value]) =>
      value === null ? [] : [`${name}="${escapeText(value)}"`],
    )
    return `<a ${written.join(' ')}>${escapeText(filename)}</a><br>\n`
  })
  return `<!DOCTYPE html>\n<html><body>\n${anchors.join('')}</body></html>\n`
}

const HASH = /^(md5|sha1|sha224|sha256|sha384|sha512)=([\da-f]+)$/i

function hashOf(written: string): Record<string, string> {
  const [, name, value] = HASH.exec(written) ?? []
  return name === undefined || value === undefined ? {} : { [name.toLowerCase()]: value }
}

function metadataOf(written: string): Record<string, string> | boolean {
  const hash = hashOf(written)
  return Object.keys(hash).length > 0 ? hash : true
}

/** HTML has room for one hash. */
function pairOf(hashes: Readonly<Record<string, string>>): string {
  const best = ['sha256', ...Object.keys(hashes)].find(name => hashes[name] !== undefined)
  return best === undefined ? 'true' : `${best}=${hashes[best]}`
}

function fragmentOf(hashes: Readonly<Record<string, string>>): string {
  return Object.keys(hashes).length === 0 ? '' : `#${pairOf(hashes)}`
}

function textOr<Other>(value: unknown, other: Other): string | Other {
  return typeof value === 'string' ? value : other
}

function textsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
  )
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeText(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
