import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask, openShowRoom, type ShowRoom } from '../../tests/set-up/shown.ts'
import { clientOf } from './client.ts'
import { inProcess } from './connection.ts'
import { preview } from './previewCommands.ts'
import { openTerminal } from './terminal.ts'

let room: ShowRoom
let written = ''
beforeAll(async () => {
  room = await openShowRoom()
}, 60_000)
afterAll(() => room.close(), 60_000)
beforeEach(() => {
  written = ''
})

type Of = { userId: string; port?: number | null; publicUrl?: string; onSaid?: () => void }

function standOf({ userId, port = room.port, publicUrl, onSaid = () => {} }: Of) {
  const operator = room.operator({ userId, port, publicUrl })
  const client = clientOf(inProcess({ userId, operator, work: async () => {}, close: async () => {} }))
  const write = (text: string) => {
    written += text
    onSaid()
  }
  return { client, clock: room.clock, terminal: openTerminal(false, { write }) }
}

test('the link is printed and works until the person leaves, who ends it', async () => {
  const own = await room.deliver()
  const leave = new AbortController()
  let [seen, begun] = ['', false]
  const onSaid = async () => {
    const [url] = /http:\S+/.exec(written) ?? []
    if (begun || url === undefined) return
    begun = true
    seen = (await ask(room.port, new URL(url).host, '/')).body
    leave.abort()
  }
  await preview(standOf({ ...own, onSaid }), own.projectId, '5', leave.signal)
  expect(seen).toBe('hello from the app')
  expect(written).toMatch(
    /^http:\/\/[\da-f]{40}\.localhost:\d+\/\nFor 5 minutes, at no charge; any secrets in it are stand-ins\./,
  )
  expect(written).toMatch(/The preview has ended\.\n$/)
  expect(await room.previews.standing(own.userId, own.projectId)).toMatchObject({ value: { preview: null } })
})

test('it ends with the preview, whoever ends that', async () => {
  const own = await room.deliver()
  const waits = preview(
    standOf({ ...own, onSaid: () => void room.previews.stop(own.userId, own.projectId) }),
    own.projectId,
    undefined,
  )
  await waits
  expect(written).toMatch(/The preview has ended\.\n$/)
})

test.each([
  ['31', /^A preview runs for 1 to 30 minutes\.$/],
  ['0', /^A preview runs for 1 to 30 minutes\.$/],
  ['x', /^Minutes are a whole number/],
])('--minutes %s is refused', async (minutes, says) => {
  const own = await room.deliver()
  await expect(preview(standOf(own), own.projectId, minutes)).rejects.toThrow(says)
})

test('it is said what is missing: a server that runs, a domain, an own project', async () => {
  const own = await room.deliver()
  const other = await room.deliver()
  await expect(preview(standOf({ ...own, port: null }), own.projectId, '1')).rejects.toThrow(
    /Start it with \.\/start/,
  )
  await expect(
    preview(standOf({ ...own, publicUrl: 'https://build.example.com' }), own.projectId, '1'),
  ).rejects.toThrow(/set PREVIEW_HOST/)
  await expect(preview(standOf(other), own.projectId, '1')).rejects.toThrow('There is no such project.')
})
