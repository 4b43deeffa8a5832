import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { CONTENT, startGo, startNpm } from '../../../tests/fakes/registries/registries.ts'
import type { FakeRegistry } from '../../../tests/fakes/registries/registry.ts'
import { redirect } from '../../../tests/fakes/registries/registry.ts'
import { openTrialEgress, type TrialEgress, type TrialOptions, upstreamAt } from './trialEgress.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

function kept<One extends AsyncDisposable>(one: One): One {
  open.push(one)
  return one
}

type Rest = Partial<TrialOptions> & { npm?: Parameters<typeof startNpm>[0] }

async function npmTrial({
  npm,
  ...rest
}: Rest = {}): Promise<{ registry: FakeRegistry; trial: TrialEgress }> {
  const registry = kept(await startNpm(npm))
  const trial = kept(
    await openTrialEgress({
      registries: { npm: upstreamAt(registry.origin) },
      origins: rest.origins ?? [],
      ...rest,
    }),
  )
  return { registry, trial }
}

const TARBALL = '/npm/left/-/left-1.0.0.tgz'

test('nothing of a request but its path reaches a registry', async () => {
  const { registry, trial } = await npmTrial()
  const headers = {
    cookie: 'a=b',
    authorization: 'Bearer mine',
    'x-secret': 's',
    'user-agent': 'npm',
    range: 'bytes=0-1',
  }
  const got = await trial.get(`${TARBALL}?secret=1#x`.replace('#x', ''), { headers })
  expect(got.status).toBe(200)
  expect(got.body.toString()).toBe(CONTENT)
  expect(registry.complaints).toEqual([])
  expect(registry.paths().at(-1)).toBe('/left/-/left-1.0.0.tgz')
})

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])('%s is refused', async method => {
  const { registry, trial } = await npmTrial()
  const asked = registry.received.length
  expect(await trial.get('/npm/left', { method })).toMatchObject({ status: 403 })
  expect(registry.received.length).toBe(asked)
  expect(trial.opened.report().refused).toEqual([`${method} /npm/left: the mirror only answers GET and HEAD`])
})

test('a GET with content is refused', async () => {
  const { trial } = await npmTrial()
  expect((await trial.get('/npm/left', { body: 'secret', headers: { 'content-length': '6' } })).status).toBe(
    403,
  )
  const chunked =
    'GET /npm/left HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n'
  expect(await trial.raw(chunked)).toMatch(/^HTTP\/1.1 403 /)
})

test('what follows a refused request on its connection is not answered', async () => {
  const { registry, trial } = await npmTrial()
  const asked = registry.received.length
  const answer = await trial.raw(
    'POST /x HTTP/1.1\r\nhost: a\r\n\r\nGET /npm/left HTTP/1.1\r\nhost: a\r\n\r\n',
  )
  expect(answer.match(/HTTP\/1.1/g)).toHaveLength(1)
  expect(registry.received.length).toBe(asked)
})

test.each([
  ['CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n', /^HTTP\/1.1 403 /],
  ['GET http://example.com/npm/left HTTP/1.1\r\nhost: example.com\r\n\r\n', /^HTTP\/1.1 403 /],
  ['GET //example.com/npm/left HTTP/1.1\r\nhost: a\r\n\r\n', /^HTTP\/1.1 403 /],
  [
    'GET /npm/left HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    /^HTTP\/1.1 403 /,
  ],
  ['nonsense\r\n\r\n', /^$/],
])('%j leads nowhere', async (bytes, answer) => {
  const { registry, trial } = await npmTrial()
  const asked = registry.received.length
  expect(await trial.raw(bytes)).toMatch(answer)
  expect(registry.received.length).toBe(asked)
})

test('an offer to speak HTTP/2 is passed over', async () => {
  const { registry, trial } = await npmTrial()
  const headers = 'host: a\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n'
  expect(await trial.raw(`GET /npm/left HTTP/1.1\r\n${headers}\r\n`)).toMatch(/^HTTP\/1.1 200 /)
  expect(registry.complaints).toEqual([])
})

test('a door leads only to the ecosystems it was opened for', async () => {
  const [npm, go] = [kept(await startNpm()), kept(await startGo())]
  const registries = { npm: upstreamAt(npm.origin), go: upstreamAt(go.origin) }
  const trial = kept(await openTrialEgress({ registries, ecosystems: ['go'] }))
  expect((await trial.get('/go/example.com/%21left/@v/list')).body.toString()).toBe('v1.0.0\n')
  expect(await trial.get('/npm/left')).toMatchObject({ status: 403 })
  expect(trial.opened.report()).toMatchObject({
    unreachable: [],
    refused: [expect.stringContaining('/npm/left')],
  })
})

test('an ecosystem without a registry is unreachable', async () => {
  const { trial } = await npmTrial()
  expect(await trial.get('/go/example.com/left/@v/list')).toMatchObject({ status: 502 })
  expect(trial.opened.report().unreachable).toEqual(['go'])
})

test('HEAD says what GET would send, and sends nothing', async () => {
  const { trial } = await npmTrial()
  for (const path of [TARBALL, '/npm/left', TARBALL]) {
    const head = await trial.get(path, { method: 'HEAD' })
    const got = await trial.get(path)
    expect(head.body.length).toBe(0)
    expect(head.status).toBe(200)
    expect(head.headers['content-length']).toBe(got.headers['content-length'])
  }
})

test.each([
  [404, 404, false],
  [403, 404, false],
  [401, 502, true],
  [429, 502, true],
  [500, 502, true],
  [304, 502, true],
])('a registry that answers %i is answered %i', async (theirs, ours, unreachable) => {
  const { registry, trial } = await npmTrial()
  registry.behave({ kind: 'reply', reply: { status: theirs, body: 'secret words' } })
  for (const path of ['/npm/left', TARBALL]) {
    const got = await trial.get(path)
    expect(got.status).toBe(ours)
    expect(got.body.toString()).toBe(`the registry answers ${theirs}\n`)
  }
  expect(trial.opened.report().unreachable).toEqual(unreachable ? ['npm'] : [])
})

test('a page that is none is not passed on', async () => {
  const { registry, trial } = await npmTrial()
  registry.behave({ kind: 'reply', reply: { status: 200, body: '<html>Please sign in</html>' } })
  expect(await trial.get('/npm/left')).toMatchObject({ status: 502 })
  expect(trial.opened.report().unreachable).toEqual(['npm'])
})

test('a registry that says nothing is given up', async () => {
  const { registry, trial } = await npmTrial({ caps: { quietMs: 100 } })
  registry.behave({ kind: 'hang' })
  expect((await trial.get('/npm/left')).body.toString()).toBe('it says nothing\n')
  expect(trial.opened.report().unreachable).toEqual(['npm'])
})

test.each(['break', 'begin-and-hang'] as const)(
  'a file that is not whole (%s) is cut off for the asker, and not kept',
  async kind => {
    const { registry, trial } = await npmTrial({ caps: { quietMs: 200 } })
    const length = { 'content-length': '1000' }
    registry.behave({ kind, reply: { status: 200, headers: length, body: 'x'.repeat(1000) } })
    await expect(trial.get(TARBALL)).rejects.toThrow()
    expect(trial.opened.report()).toMatchObject({ unreachable: ['npm'] })
    registry.behave({ kind: 'reply', reply: { status: 200, body: CONTENT } })
    expect((await trial.get(TARBALL)).body.toString()).toBe(CONTENT)
  },
)

test('when the asker goes, so does the question', async () => {
  const { registry, trial } = await npmTrial()
  registry.behave({ kind: 'hang' })
  const connection = connect(trial.opened.door.socket)
  connection.write('GET /npm/left HTTP/1.1\r\nhost: a\r\n\r\n')
  await expect.poll(() => registry.paths().at(-1)).toBe('/left')
  connection.destroy()
  await registry.left
  expect(trial.opened.report().unreachable).toEqual([])
})

test('closing a door ends what goes on behind it, and removes it', async () => {
  const { registry, trial } = await npmTrial()
  registry.behave({ kind: 'hang' })
  const answer = trial.get('/npm/left')
  await expect.poll(() => registry.paths().at(-1)).toBe('/left')
  await Promise.all([expect(answer).rejects.toThrow(), trial.opened.close(), trial.opened.close()])
  await registry.left
  await expect(trial.get('/npm/left')).rejects.toThrow(/ENOENT/)
})

test.each([
  ['requestsMax', 2, 'too many requests'],
  ['bytesMax', CONTENT.length * 2, 'more than a run may have in all'],
  ['artefactBytesMax', CONTENT.length - 1, `longer than ${CONTENT.length - 1} bytes`],
])('a door has a cap: %s', async (cap, max, why) => {
  const { trial } = await npmTrial({ caps: { [cap]: max } })
  const status = (path: string) =>
    trial.get(path).then(
      got => got.status,
      () => 0,
    )
  const statuses = [await status(TARBALL), await status(TARBALL), await status(TARBALL)]
  expect(statuses.at(-1)).not.toBe(200)
  expect(trial.opened.report().refused.join()).toContain(`GET ${TARBALL}: ${why}`)
  expect(trial.opened.report().unreachable).toEqual([])
})

test.each(['/npm/left', TARBALL])(
  'what is longer than it may be is cut though it does not say so: %s',
  async path => {
    const { registry, trial } = await npmTrial({ caps: { pageBytesMax: 100, artefactBytesMax: 100 } })
    registry.behave({ kind: 'drip', reply: { status: 200, body: 'x'.repeat(101) } })
    const status = await trial.get(path).then(
      got => got.status,
      () => 403,
    )
    expect(status).toBe(403)
    expect(trial.opened.report().refused.join()).toMatch(/longer than 100 bytes/)
  },
)

test('a redirect within the registry, or to where the operator allows, is followed', async () => {
  const files = kept(await startNpm())
  const to = `${files.origin}/left/-/left-1.0.0.tgz`
  const npm = {
    pages: () => ({
      [TARBALL.slice(4)]: redirect('/moved/-/left-1.0.0.tgz'),
      '/moved/-/left-1.0.0.tgz': redirect(to),
    }),
  }
  const { trial, registry } = await npmTrial({ npm, origins: [files.origin] })
  expect((await trial.get(TARBALL)).body.toString()).toBe(CONTENT)
  expect([...registry.complaints, ...files.complaints]).toEqual([])
})

test('a redirect to anywhere else is refused, and nobody is asked there', async () => {
  const elsewhere = kept(await startNpm())
  const npm = { pages: () => ({ [TARBALL.slice(4)]: redirect(`${elsewhere.origin}/left`) }) }
  const { trial } = await npmTrial({ npm })
  expect(await trial.get(TARBALL)).toMatchObject({ status: 403 })
  expect(elsewhere.received).toEqual([])
  expect(trial.opened.report().refused.join()).toContain(`it redirects to ${new URL(elsewhere.origin).host}`)
})

test('redirects that do not end are given up', async () => {
  const npm = { pages: () => ({ [TARBALL.slice(4)]: redirect(TARBALL.slice(4)) }) }
  const { trial, registry } = await npmTrial({ npm })
  expect(await trial.get(TARBALL)).toMatchObject({ status: 403 })
  expect(registry.paths().filter(path => path === TARBALL.slice(4))).toHaveLength(6)
})
