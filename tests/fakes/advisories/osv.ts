import { z } from 'zod'
import { type FakeServer, json, type Manner, type Received, type Reply, startServer } from '../server.ts'

/** An OSV service: it knows the advisories it is given, and refuses what its documentation does not have. */

const ECOSYSTEMS = ['npm', 'PyPI', 'Go', 'crates.io', 'Maven'] as const

const querySchema = z.strictObject({
  package: z.strictObject({ ecosystem: z.enum(ECOSYSTEMS), name: z.string().min(1) }),
  version: z.string().min(1),
  page_token: z.string().min(1).optional(),
})
/** As the service has it. */
const QUERIES_MAX = 1000
const batchSchema = z.strictObject({ queries: z.array(querySchema).min(1).max(QUERIES_MAX) })

/** An advisory as the service publishes it, and the packages in which it is. */
export type KnownAdvisory = {
  ecosystem: (typeof ECOSYSTEMS)[number]
  name: string
  versions: readonly string[]
  record: { id: string } & Readonly<Record<string, unknown>>
}

export type AdvisoryFake = FakeServer & {
  /** Answers with what it knows, so many advisories a page. */
  answer(pageSize?: number): void
}

export async function startAdvisories(known: readonly KnownAdvisory[]): Promise<AdvisoryFake> {
  const server = await startServer(complain)
  const answer = (pageSize = Number.MAX_SAFE_INTEGER) =>
    server.behave(received => ({ kind: 'reply', reply: replyTo(received, known, pageSize) }))
  answer()
  return Object.assign(server, { answer })
}

/** In place of the answers to one kind of request. */
export function instead(
  fake: FakeServer,
  known: readonly KnownAdvisory[],
  path: RegExp,
  manner: Manner,
): void {
  fake.behave(received =>
    path.test(received.path)
      ? manner
      : { kind: 'reply', reply: replyTo(received, known, Number.MAX_SAFE_INTEGER) },
  )
}

function complain({ method, path, headers, body }: Received): Reply | undefined {
  if (path === '/v1/querybatch') {
    if (method !== 'POST') return json(405, { code: 12, message: 'Method Not Allowed' })
    const isJson = headers['content-type'] === 'application/json'
    return isJson && batchSchema.safeParse(body).success
      ? undefined
      : json(400, { code: 3, message: 'Invalid query.' })
  }
  if (!/^\/v1\/vulns\/[\w.:-]+$/.test(path)) return json(404, { code: 5, message: 'Not Found' })
  return method === 'GET' ? undefined : json(405, { code: 12, message: 'Method Not Allowed' })
}

function replyTo({ path, body }: Received, known: readonly KnownAdvisory[], pageSize: number): Reply {
  if (path === '/v1/querybatch') {
    const { queries } = batchSchema.parse(body)
    return json(200, { results: queries.map(query => resultOf(query, known, pageSize)) })
  }
  const id = path.slice('/v1/vulns/'.length)
  const found = known.find(({ record }) => record.id === id)
  return found === undefined ? json(404, { code: 5, message: 'Bug not found.' }) : json(200, found.record)
}

function resultOf(query: z.infer<typeof querySchema>, known: readonly KnownAdvisory[], pageSize: number) {
  const { ecosystem, name } = query.package
  const all = known.filter(
    each => each.ecosystem === ecosystem && each.name === name && each.versions.includes(query.version),
  )
  const from = Number(query.page_token ?? 0)
  const vulns = all
    .slice(from, from + pageSize)
    .map(({ record }) => ({ id: record.id, modified: '2026-01-01T00:00:00Z' }))
  const more = from + pageSize < all.length ? { next_page_token: `${from + pageSize}` } : {}
  return vulns.length === 0 ? {} : { vulns, ...more }
}
