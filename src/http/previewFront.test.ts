import { once } from 'node:events'
import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answered, ask, openShowRoom, type ShowRoom, send } from '../../tests/set-up/shown.ts'

let room: ShowRoom
let host: string
beforeAll(async () => {
  room = await openShowRoom()
  host = await room.show(await room.deliver())
}, 60_000)
afterAll(() => room.close(), 60_000)

const UNKNOWN = '0123456789abcdef0123456789abcdef01234567'

test('a page of the app is answered under its own host', async () => {
  expect(await ask(room.port, host, '/')).toMatchObject({ status: 200, body: 'hello from the app' })
})

describe('nothing of the product is behind a host of previews', () => {
  test.each([
    ['the host of the app', () => host],
    ['a token nobody has', () => `${UNKNOWN}.localhost:${room.port}`],
    ['a name that is no token', () => 'api.localhost'],
    ['a name in capitals with a final dot', () => `${UNKNOWN.toUpperCase()}.LOCALHOST.:80`],
    ['the domain of previews', () => `${UNKNOWN}.shown.example.net`],
    ['names below a token', () => `a.${UNKNOWN}.shown.example.net`],
  ])('%s', async (_, name) => {
    for (const path of ['/api/session', '/health/live', '/webhooks/stripe', '/sign-in?token=1'])
      expect((await ask(room.port, name(), path)).body).not.toBe('the product')
    expect(room.product).toEqual([])
  })
})

test.each([['127.0.0.1'], ['localhost'], ['evil.example.com'], ['notlocalhost'], ['shown.example.net']])(
  'the host %s is none of a preview',
  async name => {
    const before = room.product.length
    expect((await ask(room.port, name, '/')).body).toBe('the product')
    expect(room.product.length).toBe(before + 1)
  },
)

test('a guess at a token is answered as a preview that has ended, byte for byte', async () => {
  const ended = await room.deliver()
  const name = await room.show(ended)
  await room.previews.stop(ended.userId, ended.projectId)
  const [gone, guess] = [await ask(room.port, name, '/a'), await ask(room.port, `${UNKNOWN}.localhost`, '/a')]
  const told = (answer: typeof gone) => ({ ...answer, headers: { ...answer.headers, date: [] } })
  expect(told(guess)).toEqual(told(gone))
  expect(gone.status).toBe(410)
  expect(gone.body).toContain('This preview has ended')
  expect(gone.body).toContain('Start it again from the project.')
})

test('the app hears neither our cookie nor what a proxy before us says of the visitor', async () => {
  const { body } = await ask(room.port, host, '/headers', {
    headers: {
      cookie: ['botwright=our-secret; own=1', 'x=2;botwright=again'],
      authorization: 'Basic b3duZXI6c2VjcmV0',
      'proxy-authorization': 'Basic b3duZXI6c2VjcmV0',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-user': 'ada',
      'cf-access-jwt-assertion': 'j',
      forwarded: 'for=192.0.2.7',
      connection: 'x-mine, close',
      'x-mine': 'hop',
      'x-own': 'kept',
    },
  })
  expect(JSON.parse(body)).toEqual({ host, cookie: 'own=1; x=2', 'x-own': 'kept', connection: 'close' })
})

test('a page of the app may authorise itself to its own server', async () => {
  const { body } = await ask(room.port, host, '/headers', { headers: { authorization: 'Bearer of-the-app' } })
  expect(JSON.parse(body)).toMatchObject({ authorization: 'Bearer of-the-app' })
})

test('the app sets cookies for its own host only, and no rule that a browser keeps for others', async () => {
  const { headers } = await ask(room.port, host, '/cookies')
  expect(headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2; HttpOnly'])
  expect(headers).toMatchObject({
    'x-own': ['kept'],
    'referrer-policy': ['same-origin'],
    'x-robots-tag': ['noindex, nofollow, noarchive'],
  })
  expect(headers['strict-transport-security']).toBeUndefined()
  expect(headers['clear-site-data']).toBeUndefined()
})

test('what is sent comes back whole, and what is too much is refused', async () => {
  const body = 'ü'.repeat(300_000)
  const echoed = await ask(room.port, host, '/echo', { method: 'POST', body })
  expect(echoed.body === body).toBe(true)
  const huge = { method: 'POST', headers: { 'content-length': String(65 * 1024 ** 2) } }
  const sent = send(room.port, host, '/echo', { ...huge, body: '' })
  sent.on('error', () => {})
  expect((await answered(sent)).statusCode).toBe(413)
})

test('what is sent without saying how much is cut off where it becomes too much', async () => {
  const sent = request({
    host: '127.0.0.1',
    port: room.port,
    path: '/swallow',
    method: 'POST',
    headers: { host },
  })
  // Who goes on writing may find the connection closed before the answer is read.
  const end = answered(sent).then(
    ({ statusCode }) => statusCode,
    () => 'closed',
  )
  const mib = Buffer.alloc(1024 ** 2)
  for (let at = 0; at < 70 && !sent.destroyed; at++)
    if (!sent.write(mib)) await Promise.race([once(sent, 'drain').catch(() => {}), end])
  expect([413, 'closed']).toContain(await end)
  sent.destroy()
})

test('an address that is no path is refused', async () => {
  expect((await ask(room.port, host, 'http://127.0.0.1/api/session')).status).toBe(400)
})

test('an answer that breaks off is cut, and one that is none is said to be none', async () => {
  const cut = await answered(send(room.port, host, '/cut'))
  await expect(cut.toArray()).rejects.toThrow()
  expect(await ask(room.port, host, '/odd')).toMatchObject({ status: 999, body: 'ok' })
})

test('a WebSocket goes both ways, and our cookie does not', async () => {
  const socket = await upgraded({ cookie: 'botwright=our-secret' })
  const heard = lines(socket)
  expect(await heard()).toBe('{"cookie":null}')
  socket.write('ping\n')
  expect(await heard()).toBe('ping')
  socket.end()
})

test('another protocol than a WebSocket is refused', async () => {
  const sent = send(room.port, host, '/', { headers: { connection: 'Upgrade', upgrade: 'h2c' } })
  expect((await answered(sent)).statusCode).toBe(400)
})

test('a large download is streamed: the app waits for a slow visitor, and nothing is kept for them', async () => {
  const before = process.memoryUsage().rss
  const answer = await answered(send(room.port, host, '/big/300'))
  await once(answer, 'readable')
  expect(await standsAt()).toBeLessThan(60)
  expect(process.memoryUsage().rss - before).toBeLessThan(120 * 1024 ** 2)
  let bytes = 0
  for await (const chunk of answer) bytes += chunk.length
  expect(bytes).toBe(300 * 1024 ** 2)
})

/** How many mebibytes the app has got rid of, once that changes no more. */
async function standsAt(): Promise<number> {
  let [last, same] = [-1, 0]
  for (let looks = 0; looks < 2_000 && same < 30; looks++) {
    const now = Number((await ask(room.port, host, '/progress')).body)
    same = now === last ? same + 1 : 0
    last = now
  }
  return last
}

test('a visitor who leaves in the middle leaves nothing behind', async () => {
  const answer = await answered(send(room.port, host, '/big/2000'))
  await once(answer, 'data')
  answer.destroy()
  expect((await ask(room.port, host, '/')).status).toBe(200)
})

test('more visits at once than there may be are told so, and the next is served again', async () => {
  const hanging = Array.from({ length: 64 }, () => send(room.port, host, '/hang').on('error', () => {}))
  let refused = 0
  for (let tries = 0; tries < 200 && refused === 0; tries++)
    if ((await ask(room.port, host, '/')).status === 503) refused++
  expect(refused).toBe(1)
  for (const each of hanging) each.destroy()
  let served = 0
  for (let tries = 0; tries < 200 && served === 0; tries++)
    if ((await ask(room.port, host, '/')).status === 200) served++
  expect(served).toBe(1)
})

test('visitors hear when it ends, also by itself, and its sockets are closed', async () => {
  const own = await room.deliver()
  const name = await room.show(own)
  const over = room.previews.find(name.split('.')[0] ?? '')?.over
  if (!over) throw new Error('it does not run')
  const socket = await upgraded({}, name)
  const closed = once(socket.resume(), 'close')
  const waiting = ask(room.port, name, '/hang')
  await ask(room.port, name, '/end')
  expect([410, 502]).toContain((await waiting).status)
  await closed
  if (!over.aborted) await once(over, 'abort')
  expect((await ask(room.port, name, '/')).status).toBe(410)
})

test('an app that keeps silent is given up on, and so is a socket on which nothing is said', async () => {
  const quick = await openShowRoom({ silenceMs: 300 })
  try {
    const name = await quick.show(await quick.deliver())
    const answer = await ask(quick.port, name, '/hang')
    expect(answer.status).toBe(504)
    expect(answer.body).toContain('The app takes too long')
    const socket = await upgraded({}, name, quick.port)
    await once(socket.resume(), 'close')
  } finally {
    await quick.close()
  }
})

function upgraded(headers: Record<string, string>, name = host, port = room.port): Promise<Duplex> {
  const sent = send(port, name, '/socket', {
    headers: { ...headers, connection: 'Upgrade', upgrade: 'websocket' },
  })
  return new Promise((resolve, reject) => {
    sent.once('upgrade', (_, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    sent.once('response', answer => reject(new Error(`answered with ${answer.statusCode}`)))
    sent.once('error', reject)
  })
}

/** The next line that comes, each time it is asked for. */
function lines(socket: Duplex): () => Promise<string> {
  let kept = ''
  return async () => {
    while (!kept.includes('\n')) kept += String((await once(socket, 'data'))[0])
    const [line = '', ...rest] = kept.split('\n')
    kept = rest.join('\n')
    return line
  }
}
