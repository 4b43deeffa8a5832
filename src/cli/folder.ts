import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sha256 } from '../id.ts'
import { Refused } from './exit.ts'

/** Text files of any folder on this machine, for the commands that work without a project. */

const FILES_MAX = 20_000
const FILE_BYTES_MAX = 1024 * 1024
const SKIPPED = new Set(['.git', 'node_modules'])

const STDIN = 0

/** The text of a file, or of standard input for `-`. */
export function textIn(file: string): string {
  try {
    return readFileSync(file === '-' ? STDIN : file, 'utf8')
  } catch {
    throw new Refused(
      file === '-' ? 'Standard input cannot be read.' : `There is no file ${file} that can be read.`,
    )
  }
}

/** The text files of a folder by path, those over 1 MiB and binaries left out. */
export function textsOf(folder: string): Map<string, string> {
  const texts = new Map<string, string>()
  for (const path of pathsOf(folder)) {
    const file = join(folder, path)
    if (statSync(file).size > FILE_BYTES_MAX) continue
    const content = readFileSync(file)
    if (!content.includes(0)) texts.set(path, content.toString('utf8'))
  }
  return texts
}

/** Every regular file of a folder with its bytes, for a copy. */
export function filesOf(folder: string): Map<string, { content: Uint8Array; mode: number }> {
  return new Map(
    pathsOf(folder).map(path => {
      const file = join(folder, path)
      return [path, { content: readFileSync(file), mode: statSync(file).mode & 0o777 }]
    }),
  )
}

/** The same texts as sources of the index. */
export function sourcesOf(folder: string): { path: string; blob: string; text: string }[] {
  return [...textsOf(folder)].map(([path, text]) => ({ path, blob: sha256(text), text }))
}

function pathsOf(folder: string): string[] {
  const paths = list(folder)
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .filter(path => !path.split('/').some(part => SKIPPED.has(part)))
  if (paths.length > FILES_MAX) throw new Refused(`${folder} has more than ${FILES_MAX} files.`)
  return paths.sort()
}

function list(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch {
    throw new Refused(`${folder} is no folder that can be read.`)
  }
}
