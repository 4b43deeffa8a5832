import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A file of the checkout: `path` counts from its root, with `/`. */
export type File = { path: string; text: string }

/** A house rule: one plain sentence for each place that breaks it; none when it holds. */
export type Rule = (files: readonly File[]) => string[]

const ROOT = join(import.meta.dirname, '../..')
/** What .gitignore leaves out. */
const NOT_OURS = new Set(['.git', 'node_modules', '.tools', '.botwright', 'dist', 'coverage', '.env'])
const BYTES_MAX = 2_000_000

/** All text files of the checkout that are, or would be, committed. */
export function readTree(folder = ROOT): File[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => !NOT_OURS.has(entry.name) && !entry.name.endsWith('.log'))
    .flatMap(entry => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? readTree(path) : entry.isFile() ? readText(path) : []
    })
}

function readText(path: string): File[] {
  const bytes = readFileSync(path)
  const binary = bytes.length > BYTES_MAX || bytes.includes(0)
  return binary ? [] : [{ path: relative(ROOT, path), text: bytes.toString('utf8') }]
}

/** Our own code under src/: not the files of the rehearsal's apps, which are data. */
export function isSource(file: File): boolean {
  return /^src\/.*\.tsx?$/.test(file.path) && !/^src\/llm\/rehearsal\/apps\/[^/]+\/files\//.test(file.path)
}

export function isTest(file: File): boolean {
  return /(\.test\.tsx?|\/trial[A-Za-z]*\.ts)$/.test(file.path)
}
