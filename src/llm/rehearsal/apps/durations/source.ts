import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of a file under `files/`: answers, frozen tests and documents are kept there as what they are. */
export function source(path: string): string {
  return readFileSync(join(import.meta.dirname, 'files', path), 'utf8')
}
