import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Activity, StoredEvent } from '../projects/event.ts'
import { clientOf, type Happening } from './client.ts'
import type { Connection } from './connection.ts'

/** A server that answers one request with these bytes, cut where the test wants. */
function serving(body: Uint8Array, cuts: readonly number[] = [], status = 200): Connection {
  return {
    here: true,
    close: async () => {},
    fetch: async () => new Response(streamOf(body, cuts), { status }),
  }
}

function streamOf(body: Uint8Array, cuts: readonly number[]): ReadableStream<Uint8Array> {
  const edges = [...new Set([0, ...cuts.map(cut => cut % body.length), body.length])].sort((a, b) => a - b)
  return new ReadableStream({
    start(controller) {
      for (const [at, edge] of edges.entries()) {
        const end = edges[at + 1]
        if (end !== undefined) controller.enqueue(body.slice(edge, end))
      }
      controller.close()
    },
  })
}

const EVENT: StoredEvent = {
  type: 'said',
  direction: 'out',
  text: 'Zoë says:\n\ndata: 👩‍🚀',
  projectId: 'p',
  seq: 1,
  atMs: 0,
}
const ACTIVITY: Activity = {
  projectId: 'p',
  state: 'checking',
  task: 'T1',
  says: 'T1 · running the checks',
  spentCredits: '1',
  heldCredits: '0',
  capCredits: '2',
  tasksDone: 0,
  tasks: 1,
}
const STREAM = Buffer.from(
  [
    `event: event\nid: 1\ndata: ${JSON.stringify(EVENT)}`,
    ': beat',
    `event: activity\ndata: ${JSON.stringify(ACTIVITY)}`,
    `event: event\nid: 2\ndata: ${JSON.stringify({ ...EVENT, seq: 2 })}`,
    '',
  ].join('\n\n'),
)

test('a stream of events is read whole, wherever the network cuts it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: STREAM.length - 1 }), { maxLength: 20 }), async cuts => {
      const read: Happening[] = []
      for await (const each of clientOf(serving(STREAM, cuts)).events('p', { follow: true })) read.push(each)
      expect(read).toEqual([
        { kind: 'event', event: EVENT },
        { kind: 'activity', activity: ACTIVITY },
        { kind: 'event', event: { ...EVENT, seq: 2 } },
      ])
    }),
  )
})

test('an event that is cut off by the end is not told', async () => {
  const read: Happening[] = []
  for await (const each of clientOf(serving(STREAM.subarray(0, 60))).events('p', { follow: false }))
    read.push(each)
  expect(read).toEqual([])
})

test.each([
  ['malformed', 2],
  ['not-now', 1],
])('a refusal because of "%s" ends the command with %i', async (reason, code) => {
  const refusal = Buffer.from(JSON.stringify({ reason, says: 'No.' }))
  await expect(clientOf(serving(refusal, [], 400)).session()).rejects.toMatchObject({ code })
})

test('a refusal is thrown with its sentence, and without one with the status', async () => {
  const refusal = Buffer.from(JSON.stringify({ reason: 'not-now', says: 'Not now.' }))
  await expect(clientOf(serving(refusal, [], 409)).session()).rejects.toThrow('Not now.')
  await expect(clientOf(serving(Buffer.from('<html>'), [], 502)).session()).rejects.toThrow(
    'The server answered with 502.',
  )
})
