import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Reads the texts of an app from the folder `files` beside its module: answers, tests, documents as what they are. */
export function sourcesIn(folder: string): (path: string) => string {
  return path => readFileSync(join(folder, 'files', path), 'utf8')
}
