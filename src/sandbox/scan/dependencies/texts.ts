import { parse } from 'smol-toml'
import type { Files } from '../../files.ts'

/** Manifests and lock files were written by others: whatever cannot be read counts as empty, and is bounded. */

const BYTES_MAX = 8 * 1024 ** 2

export function textAt(files: Files, path: string): string | null {
  const content = files.get(path)?.content
  if (content === undefined || content.length > BYTES_MAX) return null
  return Buffer.from(content).toString('utf8')
}

export function jsonAt(files: Files, path: string): unknown {
  return tried(() => JSON.parse(textAt(files, path) ?? ''))
}

export function tomlAt(files: Files, path: string): unknown {
  const text = textAt(files, path)
  return text === null ? undefined : tried(() => parse(text))
}

function tried(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Paths whose last part is this, nearest to the root first. */
export function pathsNamed(files: Files, name: string | RegExp): string[] {
  const fits = (last: string) => (typeof name === 'string' ? last === name : name.test(last))
  return [...files.keys()].filter(path => fits(path.slice(path.lastIndexOf('/') + 1))).sort()
}
