import { done, type Result, refuse } from '../../../failure.ts'
import { normalName, type Package } from '../dependencies/dependency.ts'
import { type Advisory, advisoryOf, distinct } from './advisory.ts'
import { type Ask, ask } from './ask.ts'
import { batchSchema, type OsvRecord, recordSchema } from './osv.ts'
import { SEVERITIES } from './severity.ts'

export const PUBLIC_ADVISORY_URL = 'https://api.osv.dev'

/**
 * What is known of the packages of a delivery. Only `checked` has a list of advisories, so nothing else can be taken for
 * an empty one.
 */
export type AdvisoryCheck =
  | {
      state: 'checked'
      /** The host that was asked. */
      source: string
      atMs: number
      packages: number
      /** Worst first. */
      advisories: readonly Advisory[]
      /** Packages without a known version, about which nobody could be asked. */
      unasked: readonly string[]
    }
  | { state: 'not checked'; says: string }
  | { state: 'no dependencies' }

export type AdvisoryOptions = {
  /** Of a service that speaks OSV; null where none may be asked. */
  url: string | null
} & Pick<Ask, 'clock' | 'signal' | 'timeoutMs' | 'pauseMs'>

/** Asks an OSV service about every package whose version is known. */
export async function checkAdvisories(
  packages: readonly Package[],
  options: AdvisoryOptions,
): Promise<AdvisoryCheck> {
  const { url, clock } = options
  if (packages.length === 0) return { state: 'no dependencies' }
  if (url === null) return { state: 'not checked', says: 'No advisory service is set up.' }
  const asked = packages.filter(each => each.version !== null)
  if (asked.length === 0) return { state: 'not checked', says: 'No version of any package is pinned.' }
  const found = await findAll(asked, { ...options, url })
  if (!found.ok) return { state: 'not checked', says: found.says }
  return {
    state: 'checked',
    source: new URL(url).host,
    atMs: clock.nowMs(),
    packages: asked.length,
    advisories: found.value,
    unasked: packages.filter(each => each.version === null).map(({ name }) => name),
  }
}

const BATCH_MAX = 500
const PAGES_MAX = 20
const DETAILS_MAX = 300
const AT_ONCE = 8

type Found = { of: Package; id: string }

async function findAll(packages: readonly Package[], asked: Ask): Promise<Result<Advisory[], 'unreachable'>> {
  const found: Found[] = []
  for (let at = 0; at < packages.length; at += BATCH_MAX) {
    const answer = await askBatch(packages.slice(at, at + BATCH_MAX), asked)
    if (!answer.ok) return answer
    found.push(...answer.value)
  }
  const details = await detailsOf([...new Set(found.map(({ id }) => id))], asked)
  const advisories = distinct(found.flatMap(({ of, id }) => advisoryOf(of, id, details.get(id)) ?? []))
  return done(
    advisories.toSorted(
      (one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity),
    ),
  )
}

/** An answer that leaves a package out, or has more pages than are turned, is no answer. */
async function askBatch(packages: readonly Package[], asked: Ask): Promise<Result<Found[], 'unreachable'>> {
  const found: Found[] = []
  let open = packages.map(of => ({ of, page: '' }))
  for (let page = 0; open.length > 0; page++) {
    if (page >= PAGES_MAX) return refuse('unreachable', 'The advisory service has no end of pages.')
    const queries = open.map(each => queryFor(each.of, each.page))
    const answer = await ask(asked, { path: '/v1/querybatch', body: { queries } }, batchSchema)
    if (!answer.ok) return answer
    const { results } = answer.value
    if (results.length !== open.length)
      return refuse('unreachable', 'The advisory service left packages out.')
    const asker = open
    found.push(
      ...results.flatMap(({ vulns = [] }, at) => vulns.flatMap(({ id }) => pairOf(asker[at]?.of, id))),
    )
    open = results.flatMap(({ next_page_token: next }, at) => nextOf(asker[at]?.of, next))
  }
  return done(found)
}

function pairOf(of: Package | undefined, id: string): Found[] {
  return of === undefined ? [] : [{ of, id }]
}

function nextOf(of: Package | undefined, page: string | undefined): { of: Package; page: string }[] {
  return of === undefined || page === undefined || page === '' ? [] : [{ of, page }]
}

function queryFor({ ecosystem, name, version }: Package, page: string) {
  const known = ecosystem === 'PyPI' ? normalName(name) : name
  const plain = ecosystem === 'Go' ? version?.replace(/^v/, '') : version
  return { package: { ecosystem, name: known }, version: plain, ...(page === '' ? {} : { page_token: page }) }
}

/** Of an advisory whose record cannot be had no more is known than that it is there. */
async function detailsOf(ids: readonly string[], asked: Ask): Promise<Map<string, OsvRecord>> {
  const details = new Map<string, OsvRecord>()
  const wanted = ids.slice(0, DETAILS_MAX)
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE)
    const records = await Promise.all(some.map(id => ask(asked, { path: `/v1/vulns/${id}` }, recordSchema)))
    for (const record of records) if (record.ok) details.set(record.value.id, record.value)
  }
  return details
}
