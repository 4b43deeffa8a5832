import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/db/database.ts'
import { sha256 } from '../../src/id.ts'

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(ROOT, 'node_modules/.cache/botwright')

/**
 * A data directory whose embedded database has the current schema, to be copied: creating one takes 5-6 s, opening a
 * copy half a second. It is kept between runs under a name that changes with the migrations and with PGlite.
 */
export async function embeddedTemplate(): Promise<string> {
  const name = `embedded-${fingerprint()}`
  const template = join(CACHE, name)
  if (existsSync(template)) return template
  mkdirSync(CACHE, { recursive: true })
  const making = mkdtempSync(join(CACHE, 'making-'))
  const database = await openDatabase({ url: undefined, dataDir: making })
  await database.close()
  publish(making, template)
  return template
}

function fingerprint(): string {
  const migrations = join(ROOT, 'src/db/migrations')
  const statements = readdirSync(migrations).filter(name => name.endsWith('.sql'))
  const read = (file: string) => readFileSync(file, 'utf8')
  const files = [
    join(ROOT, 'node_modules/@electric-sql/pglite/package.json'),
    join(migrations, 'meta/_journal.json'),
  ]
  return sha256(
    [...files, ...statements.sort().map(name => join(migrations, name))].map(read).join('\0'),
  ).slice(0, 16)
}

/** Another run may have published the same one meanwhile: then ours is not needed. */
function publish(making: string, template: string): void {
  try {
    renameSync(making, template)
  } catch (thrown) {
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(template)) throw thrown
  }
}
