import { expect, test } from 'vitest'
import type { ProjectEvent, StoredEvent } from '../projects/event.ts'
import { type Client, clientOf, type Happening } from './client.ts'
import { drive, yes } from './drive.ts'

const MOVED = (from: string, to: string, on: string) => ({ type: 'moved', from, to, on }) as ProjectEvent
const SAID = (text: string): ProjectEvent => ({ type: 'said', direction: 'out', text })
const ENDED: ProjectEvent = { type: 'ended', state: 'failed', says: 'It cannot be built.' }

/** A server with one project: its states in order, each with the events that led there and were stored at once. */
function serverOf(outcomes: readonly { state: string; events: readonly ProjectEvent[] }[]) {
  const stored: StoredEvent[] = []
  let at = -1
  let live: ReadableStreamDefaultController<Uint8Array> | undefined
  const move = () => {
    at += 1
    const { events = [] } = outcomes[at] ?? {}
    const numbered = events.map((event, index) => ({
      ...event,
      projectId: 'p',
      seq: stored.length + index + 1,
      atMs: 0,
    }))
    stored.push(...numbered)
    // The first of an outcome is on its way before the others.
    for (const event of numbered) live?.enqueue(block(event))
  }
  const project = () => {
    const state = outcomes[at]?.state
    return { id: 'p', state, pause: null, waits: state === 'confirming', questions: [] }
  }
  const stream = (after: number, follow: boolean) =>
    new ReadableStream<Uint8Array>({
      start: controller => {
        for (const event of stored) if (event.seq > after) controller.enqueue(block(event))
        if (follow) live = controller
        else controller.close()
      },
      cancel: () => {
        live = undefined
      },
    })
  move()
  const client: Client = clientOf({
    here: true,
    close: async () => {},
    fetch: async (path, body) => {
      const query = new URL(path, 'http://here').searchParams
      if (path.includes('/events'))
        return new Response(stream(Number(query.get('after')), query.get('follow') === 'yes'))
      if (body !== undefined) move()
      return Response.json(project())
    },
  })
  return { client, isRead: () => live !== undefined }
}

function block(event: StoredEvent): Uint8Array {
  return Buffer.from(`event: event\ndata: ${JSON.stringify(event)}\n\n`)
}

function log() {
  const lines: string[] = []
  const watch = (happening: Happening) => {
    if (happening.kind !== 'event') return
    const { event } = happening
    lines.push(event.type === 'said' ? event.text : event.type)
  }
  return { lines, watch }
}

test('everything that was said of an end is told before it is over, in order and once', async () => {
  const { client, isRead } = serverOf([
    { state: 'failed', events: [MOVED('brief', 'failed', 'declined'), SAID('I know Tally only.'), ENDED] },
  ])
  const { lines, watch } = log()
  expect(await drive(client, 'p', yes, watch)).toMatchObject({ state: 'failed' })
  expect(lines).toEqual(['moved', 'I know Tally only.', 'ended'])
  expect(isRead()).toBe(false)
})

test('what was said before a question is told before it is asked', async () => {
  const { client } = serverOf([
    { state: 'confirming', events: [MOVED('scoping', 'confirming', 'scoped'), SAID('Here is the brief.')] },
    { state: 'failed', events: [MOVED('confirming', 'failed', 'declined'), SAID('No.'), ENDED] },
  ])
  const { lines, watch } = log()
  await drive(
    client,
    'p',
    async project => {
      lines.push('asked')
      return yes(project)
    },
    watch,
  )
  expect(lines).toEqual(['moved', 'Here is the brief.', 'asked', 'moved', 'No.', 'ended'])
})

test('it ends early, and stops reading, when it is told to', async () => {
  const { client, isRead } = serverOf([
    { state: 'planning', events: [MOVED('confirming', 'planning', 'build'), SAID('Planning.')] },
  ])
  const leaving = new AbortController()
  const following = drive(client, 'p', yes, () => leaving.abort(), leaving.signal)
  expect(await following).toMatchObject({ state: 'planning' })
  expect(isRead()).toBe(false)
})
