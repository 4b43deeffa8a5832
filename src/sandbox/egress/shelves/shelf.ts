import type { Result } from '../../../failure.ts'
import type { Files } from '../../files.ts'
import type { Upstream } from '../ecosystem.ts'
import type { Links } from '../links.ts'

/** The part of the mirror for one ecosystem: which paths there are, and what each of them means upstream. */
export type Shelf = {
  /** Null for a path that is not in the table. */
  find(path: string, asked: Asked): Wanted | null
  /** A small page of the registry, by which one sees whether it answers. */
  sample: string
}

/** What else of a request decides its answer: the form it would like, and where the mirror is seen inside. */
export type Asked = { accept: string; root: string }

export type Wanted =
  /** A file that never changes once it is published, so that it may be kept; unless `changes`. */
  | { kind: 'artefact'; address: string | LookUp; changes?: boolean }
  /** A page that says what there is; its links are rewritten. */
  | { kind: 'page'; address: string; accept: string; rewrite(page: Page): Page | null }
  /** Something that the mirror says by itself. */
  | { kind: 'said'; page: Page }

export type Page = { type: string; body: Uint8Array | string }

export type LoadReason = 'absent' | 'unreachable' | 'forbidden'

/** An address that a page of the registry tells. */
export type LookUp = (load: Load) => Promise<Result<string, LoadReason>>

/** Fetches a page of the registry as it is. */
export type Load = (address: string, accept: string) => Promise<Result<Page, LoadReason>>

export type ShelfParts = { upstream: Upstream; links: Links }

/** What tells a package manager inside to use the mirror. */
export type Settings = { env: Readonly<Record<string, string>>; files: Files }

export const asItIs = (page: Page): Page => page

/** The parsed object, or null for anything else. */
export function parseObject(body: Uint8Array | string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8'))
    return isObject(parsed) ? parsed : null
  } catch {
    return null
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
