import type { AttemptView, CallView, ProjectView, SessionView, SummaryView } from '../http/views.ts'
import type { Activity, StoredEvent } from '../projects/event.ts'
import type { PersonEvent } from '../projects/say.ts'
import type { Connection } from './connection.ts'
import { EXIT, Refused } from './exit.ts'
import { type Money, moneyOf } from './money.ts'

/** What happens while a project is followed. */
export type Happening = { kind: 'event'; event: StoredEvent } | { kind: 'activity'; activity: Activity }

/** The API, typed. A refusal is thrown as `Refused`, which the program turns into its exit code. */
export type Client = {
  session(): Promise<SessionView>
  /** How amounts are shown here. */
  money(): Promise<Money>
  projects(): Promise<SummaryView[]>
  create(description: string): Promise<ProjectView>
  project(id: string): Promise<ProjectView>
  say(id: string, event: PersonEvent): Promise<ProjectView>
  calls(id: string): Promise<CallView[]>
  attempts(id: string): Promise<AttemptView[]>
  zip(id: string): Promise<Uint8Array>
  /** A picture of a delivery, as a PNG. */
  picture(id: string, delivery: number, name: string): Promise<Uint8Array>
  /** Stored events, then live ones while `follow` is set. Ends when the caller stops reading, or by the signal. */
  events(id: string, options: Reading): AsyncGenerator<Happening>
  get<View>(path: string): Promise<View>
  post<View>(path: string, body: unknown): Promise<View>
}

export type Reading = { follow: boolean; after?: number; signal?: AbortSignal }

export function clientOf(connection: Connection): Client {
  const get = async <View>(path: string) => (await accepted(connection.fetch(path))).json() as Promise<View>
  const post = async <View>(path: string, body: unknown) =>
    (await accepted(connection.fetch(path, body))).json() as Promise<View>
  const bytes = async (path: string) =>
    new Uint8Array(await (await accepted(connection.fetch(path))).arrayBuffer())
  const of = (id: string) => `/api/projects/${encodeURIComponent(id)}`
  return {
    get,
    post,
    session: () => get('/api/session'),
    money: async () => moneyOf((await get<SessionView>('/api/session')).billing),
    projects: async () => (await get<{ projects: SummaryView[] }>('/api/projects')).projects,
    create: description => post('/api/projects', { description }),
    project: id => get(of(id)),
    say: (id, event) => post(`${of(id)}/say`, event),
    calls: async id => (await get<{ calls: CallView[] }>(`${of(id)}/calls`)).calls,
    attempts: async id => (await get<{ attempts: AttemptView[] }>(`${of(id)}/attempts`)).attempts,
    zip: id => bytes(`${of(id)}/download`),
    picture: (id, delivery, name) => bytes(`${of(id)}/pictures/${delivery}/${encodeURIComponent(name)}`),
    events: (id, { follow, after = 0, signal }) =>
      readEvents(connection.fetch(`${of(id)}/events?after=${after}&follow=${follow ? 'yes' : 'no'}`), signal),
  }
}

/** Refusals that say: this is not how it is written. */
const USAGE: ReadonlySet<string> = new Set(['malformed', 'provider', 'amount'])

async function accepted(answer: Promise<Response>): Promise<Response> {
  const response = await answer
  if (response.ok) return response
  const said = (await response.json().catch(() => ({}))) as { reason?: string; says?: string }
  const code = USAGE.has(said.reason ?? '') ? EXIT.usage : EXIT.refused
  throw new Refused(said.says ?? `The server answered with ${response.status}.`, code)
}

/** Server-sent events as the API writes them: fields line by line, an empty line ends one (WHATWG HTML, 9.2). */
async function* readEvents(answer: Promise<Response>, signal?: AbortSignal): AsyncGenerator<Happening> {
  const { body } = await accepted(answer)
  if (!body) return
  let kept = ''
  for await (const text of unbroken(body, signal)) {
    const blocks = (kept + text).split('\n\n')
    kept = blocks.pop() ?? ''
    for (const block of blocks) {
      const happening = happeningIn(block)
      if (happening) yield happening
    }
  }
}

/** A server that ends in the middle loses nothing; the person is told so instead of how the socket broke. */
async function* unbroken(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  try {
    yield* body.pipeThrough(new TextDecoderStream(), signal ? { signal } : {})
  } catch {
    if (signal?.aborted) return
    throw new Refused(
      'The connection to the server was lost. What is under way goes on when the server runs again.',
    )
  }
}

function happeningIn(block: string): Happening | undefined {
  const field = (name: string) =>
    block
      .split('\n')
      .find(line => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const data = field('data')
  if (data === undefined) return undefined
  if (field('event') === 'activity') return { kind: 'activity', activity: JSON.parse(data) as Activity }
  return { kind: 'event', event: JSON.parse(data) as StoredEvent }
}
