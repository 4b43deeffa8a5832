import type { Ecosystem } from '../ecosystem.ts'
import { cratesSettings, cratesShelf } from './crates.ts'
import { type GoChecksums, goSettings, goShelf } from './go.ts'
import { mavenSettings, mavenShelf } from './maven.ts'
import { npmSettings, npmShelf } from './npm.ts'
import { pypiSettings, pypiShelf } from './pypi.ts'
import type { Settings, Shelf, ShelfParts } from './shelf.ts'

type Row = {
  shelf(parts: ShelfParts): Shelf
  settings(root: string, checksums: GoChecksums): Settings
}

export const SHELVES: Readonly<Record<Ecosystem, Row>> = {
  npm: { shelf: npmShelf, settings: npmSettings },
  pypi: { shelf: pypiShelf, settings: pypiSettings },
  crates: { shelf: cratesShelf, settings: cratesSettings },
  go: { shelf: goShelf, settings: goSettings },
  maven: { shelf: mavenShelf, settings: mavenSettings },
}

/** Where an ecosystem is seen inside. */
export function rootOf(ecosystem: Ecosystem, port: number): string {
  return `http://127.0.0.1:${port}/${ecosystem}`
}

/** What tells the package managers of these ecosystems to use the mirror, all in one. */
export function settingsFor(
  ecosystems: readonly Ecosystem[],
  port: number,
  checksums: GoChecksums,
): Settings {
  const each = ecosystems.map(one => SHELVES[one].settings(rootOf(one, port), checksums))
  return {
    env: Object.assign({}, ...each.map(({ env }) => env)),
    files: new Map(each.flatMap(({ files }) => [...files])),
  }
}
