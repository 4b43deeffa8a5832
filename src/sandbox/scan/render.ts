import type { AdvisoryCheck } from './advisories/advisories.ts'
import type { Advisory } from './advisories/advisory.ts'
import type { Used, UsedPackage } from './dependencies/list.ts'
import type { LicenceKind } from './licences/licence.ts'
import { table } from './markdown.ts'
import type { ScanReport } from './report.ts'
import type { SecretScan } from './secrets.ts'

const ROWS_MAX = 200

/** The scan as a part of `PROOF.md`. */
export function renderScan(report: ScanReport): string {
  return [
    '## What it contains',
    table(
      ['', ''],
      [
        ['Secrets', secretsSaid(report.secrets)],
        ['Known weaknesses', advisoriesSaid(report.advisories)],
        ['Licences', licencesSaid(report.dependencies)],
      ],
    ),
    ...secretRows(report.secrets),
    ...advisoryRows(report.advisories),
    ...licenceRows(report.dependencies),
  ].join('\n\n')
}

function secretsSaid({ findings, notRead }: SecretScan): string {
  const sure = findings.filter(each => each.sure).length
  const unsure = findings.length - sure
  const found = sure === 0 ? 'none found' : `${sure} FOUND`
  const more = unsure === 0 ? '' : `; ${counted(unsure, 'line')} to look at`
  const left = notRead.length === 0 ? '' : `; ${counted(notRead.length, 'file')} too large to be read`
  return `${found}${more}${left}`
}

function advisoriesSaid(check: AdvisoryCheck): string {
  if (check.state === 'no dependencies') return 'there are no dependencies'
  if (check.state === 'not checked') return `NOT CHECKED: ${check.says}`
  const { advisories, packages, unasked, source, atMs } = check
  const serious = advisories.filter(isSerious).length
  const found =
    advisories.length === 0 ? 'none known' : `${advisories.length} known, ${serious} of them high or critical`
  const asked = `${counted(packages, 'package')}, ${source}, ${new Date(atMs).toISOString()}`
  return `${found} (${asked})${unasked.length === 0 ? '' : `; NOT CHECKED for want of a version: ${unasked.join(', ')}`}`
}

function licencesSaid({ packages, notRead }: Used): string {
  const of = (kind: LicenceKind) => packages.filter(({ licence }) => licence.kind === kind).length
  const parts = [
    counted(packages.length, 'dependency', 'dependencies'),
    ...(of('copyleft') > 0 ? [`${of('copyleft')} COPYLEFT`] : []),
    ...(of('unknown') > 0 ? [`${of('unknown')} of unknown licence`] : []),
    ...(notRead.length > 0 ? [`NOT READ: ${notRead.join(', ')}`] : []),
  ]
  return parts.join('; ')
}

function secretRows({ findings }: SecretScan): string[] {
  if (findings.length === 0) return []
  const rows = findings.map(({ path, line, kind, sure }) => [
    `${path}:${line}`,
    kind,
    sure ? 'yes' : 'perhaps',
  ])
  return ['### Secrets', bounded(['Where', 'What it looks like', 'Secret'], rows)]
}

function advisoryRows(check: AdvisoryCheck): string[] {
  if (check.state !== 'checked' || check.advisories.length === 0) return []
  const rows = check.advisories.map(each => [
    `${each.name} ${each.version}`,
    each.severity,
    [each.id, ...each.aliases.slice(0, 2)].join(', '),
    each.fixed === null ? 'no fixed version is known' : `fixed in ${each.fixed}`,
    each.summary,
  ])
  return [
    '### Known weaknesses of dependencies',
    bounded(['Package', 'Severity', 'Advisory', 'Fixed', 'What it is'], rows),
  ]
}

/** Those that ask for something, or of which nothing is known; all of them are in the file of licences. */
function licenceRows({ packages }: Used): string[] {
  const told = packages.filter(({ licence }) => licence.kind !== 'permissive')
  if (told.length === 0) return []
  return ['### Licences that ask for more than to be named', bounded(LICENCE_HEAD, told.map(licenceRow))]
}

const LICENCE_HEAD = ['Package', 'Licence', 'What it asks'] as const

export const LICENCES_PATH = 'THIRD_PARTY_LICENCES.md'

/** The file of licences that goes with a delivery; null where it uses nothing of others. */
export function renderLicences({ packages, notRead }: Used): string | null {
  if (packages.length === 0 && notRead.length === 0) return null
  return [
    '# Licences of others',
    'This program uses these packages. They are not part of this folder: they are fetched when it is installed, and each brings the text of its licence.',
    table(LICENCE_HEAD, packages.map(licenceRow)),
    ...(notRead.length === 0 ? [] : [`What these files name is missing above: ${notRead.join(', ')}.`]),
    '',
  ].join('\n\n')
}

function licenceRow({ ecosystem, name, version, licence }: UsedPackage): string[] {
  return [`${name} ${version ?? '(no version)'} (${ecosystem})`, licence.id, ASKS[licence.kind]]
}

const ASKS: Readonly<Record<LicenceKind, string>> = {
  permissive: 'to be named',
  weak: 'changes to the package itself are passed on under its licence',
  copyleft: 'COPYLEFT: what is passed on together with it is passed on under its licence',
  other: 'to be read',
  unknown: 'UNKNOWN: to be found out before it is passed on',
}

function bounded(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const more = rows.length - ROWS_MAX
  return more > 0 ? `${table(head, rows.slice(0, ROWS_MAX))}\n\nand ${more} more` : table(head, rows)
}

export function isSerious({ severity }: Advisory): boolean {
  return severity === 'critical' || severity === 'high'
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
