import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage } from '../../tests/stories/stage.ts'
import { appendEvents } from '../projects/store.ts'

type Stage = Awaited<ReturnType<typeof openStage>>

const EVENTS = 40
/** A little less than the time after which a silent stream is looked at anyway. */
const BEAT_MS = 12_000
let stage: Stage
let id: string

beforeAll(async () => {
  stage = await openStage()
  id = (await stage.client.create('Something that the rehearsal does not know')).id
  await stage.until(id, 'the end', project => project.state === 'failed')
  await happen(EVENTS)
}, 120_000)
afterAll(() => stage.close(), 120_000)

/** So many more events, one transaction each, told to whoever listens. */
async function happen(count: number): Promise<void> {
  const { database, live, clock } = stage.app.parts
  for (let at = 0; at < count; at++) {
    const said = [
      { type: 'said' as const, direction: 'out' as const, text: `Number ${at}\n\ndata: no event` },
    ]
    live.publish(await database.transaction(tx => appendEvents(tx, id, said, clock.nowMs())))
  }
}

type From = { header?: number; query?: string; follow?: boolean }

/** The ids that a reader gets who stops after so many. */
async function read({ header, query = '', follow = false }: From, upTo = Infinity): Promise<number[]> {
  const response = await stage.app.operator.fetch(
    new Request(`http://botwright/api/projects/${id}/events?follow=${follow ? 'yes' : 'no'}${query}`, {
      headers: header === undefined ? {} : { 'last-event-id': String(header) },
    }),
  )
  const ids: number[] = []
  let kept = ''
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (kept + text).split('\n\n')
    kept = blocks.pop() ?? ''
    for (const block of blocks) ids.push(...idsIn(block))
    if (ids.length >= upTo) break
  }
  return ids.slice(0, upTo)
}

function idsIn(block: string): number[] {
  const [, seq] = /^id: (\d+)$/m.exec(block) ?? []
  if (seq === undefined) return []
  const [, data = ''] = /^data: (.*)$/m.exec(block) ?? []
  expect(JSON.parse(data)).toMatchObject({ seq: Number(seq), projectId: id })
  return [Number(seq)]
}

async function stored(): Promise<number[]> {
  return (await stage.happened(id)).map(event => event.seq)
}

test('wherever a reader is cut off, it goes on without a gap and without a double', async () => {
  const all = await stored()
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: all.length - 1 }), { maxLength: 5 }),
      async cuts => {
        const got: number[] = []
        for (const cut of cuts.sort((one, other) => one - other))
          got.push(...(await read({ header: got.length }, cut - got.length)))
        got.push(...(await read({ header: got.length })))
        expect(got).toEqual(all)
      },
    ),
    { numRuns: 20 },
  )
})

test('a reader who comes while things happen misses nothing, and waits for no beat', {
  timeout: BEAT_MS,
}, async () => {
  const before = (await stored()).length
  const reading = read({ follow: true }, before + 30)
  await happen(30)
  expect(await reading).toEqual(Array.from({ length: before + 30 }, (_, at) => at + 1))
})

test('events that are announced in the wrong order are told in the right one', async () => {
  const { database, live, clock } = stage.app.parts
  const before = (await stored()).length
  const reading = read({ header: before, follow: true }, 2)
  const say = (text: string) =>
    database.transaction(tx =>
      appendEvents(tx, id, [{ type: 'said', direction: 'out', text }], clock.nowMs()),
    )
  const [first, second] = [await say('first'), await say('second')]
  live.publish(second)
  live.publish(first)
  expect(await reading).toEqual([before + 1, before + 2])
})

test('the number can be named in the address, and the header wins', async () => {
  const all = await stored()
  expect(await read({ query: '&after=3' })).toEqual(all.slice(3))
  expect(await read({ query: '&after=3', header: 5 })).toEqual(all.slice(5))
})

test.each(['x', '-1', '1.5', '', '9999999999999999999999'])(
  '"%s" is no number: it begins at the beginning',
  async after => {
    expect(await read({ query: `&after=${after}` })).toEqual(await stored())
  },
)

test('what went on before the project moved is not told after it', async () => {
  const { database, live, clock } = stage.app.parts
  const before = (await stored()).length
  const shown = { projectId: id, state: 'implementing', task: null, says: 'T1 · writing' } as const
  const amounts = { spentCredits: '0', heldCredits: '0', capCredits: '0', tasksDone: 0, tasks: 1 }
  const response = await stage.app.operator.fetch(
    new Request(`http://botwright/api/projects/${id}/events?after=${before}&follow=yes`),
  )
  const texts = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const moved = { type: 'moved', from: 'implementing', to: 'checking', on: 'edited' } as const
  live.show({ ...shown, ...amounts })
  live.publish(await database.transaction(tx => appendEvents(tx, id, [moved], clock.nowMs())))
  live.show({ ...shown, ...amounts, state: 'checking', says: 'T1 · running the checks' })
  let told = ''
  while (!told.includes('running the checks')) {
    const next = await texts?.read()
    if (next === undefined || next.done) break
    told += next.value
  }
  await texts?.cancel()
  expect(told).toContain('running the checks')
  expect(told.slice(told.indexOf('"moved"'))).not.toContain('T1 · writing')
})
