import { normalName, type Package } from '../dependencies/dependency.ts'
import type { OsvRecord } from './osv.ts'
import { SEVERITIES, type Severity, severityOfVector, severityOfWord } from './severity.ts'

/** A known weakness of a package in the version that is used. */
export type Advisory = Package & {
  id: string
  /** Other names of the same, for instance its CVE. */
  aliases: readonly string[]
  severity: Severity
  summary: string
  /** The first version without it; null where there is none, or it is not known. */
  fixed: string | null
}

const SUMMARY_CHARACTERS_MAX = 200
const ALIASES_MAX = 10

/** Null where the record says that it was a mistake. */
export function advisoryOf(of: Package, id: string, record: OsvRecord | undefined): Advisory | null {
  if (record === undefined)
    return { ...named(of), id, aliases: [], severity: 'unknown', summary: '', fixed: null }
  if (record.withdrawn !== undefined) return null
  const summary = (record.summary ?? record.details ?? '').replace(/\s+/g, ' ').trim()
  return {
    ...named(of),
    id,
    aliases: (record.aliases ?? []).slice(0, ALIASES_MAX),
    severity: severityOf(record),
    summary:
      summary.length > SUMMARY_CHARACTERS_MAX ? `${summary.slice(0, SUMMARY_CHARACTERS_MAX)}…` : summary,
    fixed: fixedIn(of, record),
  }
}

function named({ ecosystem, name, version }: Package): Package {
  return { ecosystem, name, version }
}

/** The worst that any part of the record says. */
function severityOf(record: OsvRecord): Severity {
  const affected = record.affected ?? []
  const vectors = [record.severity, ...affected.map(each => each.severity)].flatMap(each => each ?? [])
  const words = [
    record.database_specific,
    ...affected.flatMap(each => [each.ecosystem_specific, each.database_specific]),
  ]
  const said = [
    ...vectors.map(({ score }) => severityOfVector(score)),
    ...words.flatMap(each => (each?.severity === undefined ? [] : [severityOfWord(each.severity)])),
  ]
  return SEVERITIES.find(severity => said.includes(severity)) ?? 'unknown'
}

/** The lowest fixed version above the one that is used. */
function fixedIn({ ecosystem, name, version }: Package, record: OsvRecord): string | null {
  const same = (other: string) =>
    ecosystem === 'PyPI' ? normalName(other) === normalName(name) : other === name
  const versions = (record.affected ?? [])
    .filter(({ package: its }) => its?.ecosystem === ecosystem && same(its.name))
    .flatMap(({ ranges = [] }) => ranges.filter(({ type }) => type !== 'GIT'))
    .flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []))
  return versions.filter(each => compare(each, version ?? '0') > 0).toSorted(compare)[0] ?? null
}

/** By their numbers; a word, as in `2.0.0-rc.1`, comes before its absence. */
export function compare(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const PARTS_MAX = 20

function partsOf(version: string): number[] {
  const parts =
    version
      .replace(/^v/, '')
      .split('+', 1)[0]
      ?.match(/\d+|[a-z]+/gi) ?? []
  return parts.slice(0, PARTS_MAX).map(part => (/^\d/.test(part) ? Number(part) : -1))
}

/** Databases have one weakness under several names: of those that are the same, the one that says most stays. */
export function distinct(advisories: readonly Advisory[]): Advisory[] {
  const kept: Advisory[] = []
  for (const each of advisories.toSorted((one, other) => worth(other) - worth(one))) {
    const twin = kept.findIndex(other => isSame(each, other))
    const found = kept[twin]
    if (found === undefined) kept.push(each)
    else kept[twin] = { ...found, aliases: [...new Set([...found.aliases, each.id])].slice(0, ALIASES_MAX) }
  }
  return kept
}

function worth({ severity, fixed }: Advisory): number {
  return (severity === 'unknown' ? 0 : 2) + (fixed === null ? 0 : 1)
}

function isSame(one: Advisory, other: Advisory): boolean {
  if (one.ecosystem !== other.ecosystem || one.name !== other.name || one.version !== other.version)
    return false
  const names = new Set([one.id, ...one.aliases])
  return [other.id, ...other.aliases].some(each => names.has(each))
}
