import { existsSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../../src/sandbox/fixtures.ts'
import { PNG_BYTES_MAX, readPng } from '../../src/sandbox/probe/png.ts'
import { type ProbeResult, probe } from '../../src/sandbox/probe/probe.ts'
import { filesOf, openTrial, type Trial } from '../../src/sandbox/trial.ts'

/** Real pages in the machine's Chromium, inside the sandbox. */

/** A browser on a machine that has other things to do takes its time, and some pages here take all they get. */
vi.setConfig({ testTimeout: 120_000 })

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())
beforeEach(context => {
  if (existsSync('/usr/bin/chromium')) return
  context.task.meta.reason = 'there is no Chromium on this machine'
  context.skip()
})

const PORT = 4321
const STATIC = [NODE_INSIDE, `${PROGRAMS_INSIDE}/static-server.mjs`]

async function see(page: string, paths: readonly string[] = ['/']): Promise<ProbeResult> {
  const requests = paths.map(path => ({ path, expectStatus: 200 }))
  const files = filesOf({ 'index.html': `<!doctype html>${page}`, 'app.bin': 'x' })
  return probe(trial.sandbox, files, { start: STATIC, port: PORT, requests, pictures: true })
}

/** An app of its own: what stands here answers each request. */
async function ask(
  answer: string,
  requests: readonly [path: string, expectStatus: number][],
): Promise<ProbeResult> {
  const server = `require('node:http').createServer((q, r) => { ${answer} }).listen(process.env.PORT)`
  return probe(trial.sandbox, filesOf({ 'app.cjs': server }), {
    start: ['node', 'app.cjs'],
    port: PORT,
    requests: requests.map(([path, expectStatus]) => ({ path, expectStatus })),
    pictures: true,
  })
}

const html = `r.setHeader('content-type', 'text/html')`
const sizes = (result: ProbeResult) =>
  result.sight?.pictures.map(({ path, size, width, height }) => [path, size, width, height])
const errors = (result: ProbeResult) => result.sight?.pages.flatMap(page => page.errors)
const BOTH = [
  ['/', 'phone', 780, 1688],
  ['/', 'desktop', 1280, 800],
]

test('a page is seen as a phone and as a desktop show it, with what its script draws after it was loaded', async () => {
  const script = `onload = () => setTimeout(() => document.body.append('late '.repeat(5000)), 200)`
  const drawn = await see(`<title>A   clock</title><body><script>${script}</script>`)
  const empty = await see('<title>A clock</title><body>')
  expect(drawn).toMatchObject({ passed: true, killedBy: null, sight: { why: null } })
  expect(drawn.sight?.pages).toEqual([{ path: '/', loaded: true, errors: [] }])
  expect(sizes(drawn)).toEqual(BOTH)
  expect(drawn.sight?.pictures.map(({ title }) => title)).toEqual(['A clock', 'A clock'])
  const bytes = (result: ProbeResult) => result.sight?.pictures[0]?.png.length ?? 0
  expect(bytes(drawn)).toBeGreaterThan(3 * bytes(empty))
})

test('what is no page, an error, or not what was expected is not looked at', async () => {
  const data = await ask(`r.end('{}')`, [['/', 200]])
  expect(data).toMatchObject({ passed: true, sight: null })
  const other = await ask(`${html}; r.statusCode = q.url === '/none' ? 404 : 200; r.end('x')`, [
    ['/none', 404],
    ['/', 201],
  ])
  expect(other).toMatchObject({ passed: false, sight: null })
})

test('what goes wrong in a page is told and fails nothing', async () => {
  const page = `<title>x</title><img src="/none.png"><script src="https://cdn.example/lib.js"></script>
    <script>console.error('half', { a: 1 }); fetch('/api/list'); lost()</script>`
  const result = await see(page)
  expect(result.passed).toBe(true)
  expect(sizes(result)).toEqual(BOTH)
  expect(errors(result)?.sort()).toEqual([
    'GET /api/list: status 404',
    'GET /none.png: status 404',
    'console.error: half Object',
    'it needs cdn.example, and a sandbox has no network',
    'uncaught: ReferenceError: lost is not defined',
  ])
})

test.concurrent('a page that never finishes loading has its picture all the same', async () => {
  const result = await ask(`if (q.url === '/') { ${html}; r.end('<h1>Here</h1><img src=/never.png>') }`, [
    ['/', 200],
  ])
  expect(result.passed).toBe(true)
  expect(sizes(result)).toEqual(BOTH)
  expect(errors(result)).toEqual(['it had not finished loading after 5000 ms'])
})

test('a page that a browser cannot open fails the probe, and what a redirect leads to does not', async () => {
  const once = await ask(
    `${html}; if (globalThis.asked) return q.socket.destroy(); globalThis.asked = true; r.end('once')`,
    [['/', 200]],
  )
  expect(once).toMatchObject({ passed: false, started: true, sight: { pictures: [] } })
  expect(once.answers[0]?.why).toMatch(/^a browser could not open it: phone: it did not load: net::ERR_/)
  const away = await ask(
    `if (q.url === '/here') { ${html}; return r.end('here') }
     r.writeHead(302, { location: { '/': '/here', '/loop': '/loop' }[q.url] ?? 'https://elsewhere.example' }).end()`,
    [
      ['/', 302],
      ['/loop', 302],
      ['/out', 302],
    ],
  )
  expect(away.passed).toBe(true)
  expect(sizes(away)).toEqual(BOTH)
  expect(errors(away)).toContain('phone: it did not load: net::ERR_TOO_MANY_REDIRECTS')
})

test.concurrent.each([
  [
    'asks the person for ever',
    `<script>for (;;) alert('Hello')</script>`,
    /^it opened a dialog \(alert\): Hello$/,
  ],
  ['is busy for ever', `<h1>x</h1><script>onload = () => { for (;;); }</script>`, /no picture: it is busy/],
])('a page that %s has no picture and stops nobody', async (_, page, says) => {
  const result = await see(page)
  expect(result.passed).toBe(true)
  expect(result.sight?.pictures).toEqual([])
  expect(
    errors(result)?.some(error => says.test(error)),
    JSON.stringify(errors(result)),
  ).toBe(true)
})

test.each([
  [
    'opens a thousand windows',
    `<script>for (let i = 0; i < 1000; i++) open('/', '_blank', i % 2 ? 'noopener' : '')</script>`,
  ],
  [
    'is very large',
    `<div style="width:90000px;height:900000px;background:linear-gradient(red,blue)">${'<p>x</p>'.repeat(50_000)}</div>`,
  ],
  [
    'turns in a circle',
    `<script>if (Number(location.hash.slice(1)) < 1e5) setTimeout(() => { location.search = Math.random() }, 20)</script>`,
  ],
  [
    'prints, asks where you are and gives you a file',
    `<script>onload = () => { print(); navigator.geolocation.getCurrentPosition(() => {}); Notification.requestPermission(); location.href = '/app.bin' }</script>`,
  ],
])('a page that %s is seen in its window', async (_, page) => {
  const result = await see(`<title>x</title>${page}`)
  expect(result, JSON.stringify(errors(result))).toMatchObject({ passed: true, killedBy: null })
  expect(sizes(result), JSON.stringify(errors(result))).toEqual(BOTH)
})

test('a page that is to be saved as a file is not shown', async () => {
  const result = await ask(`${html}; r.setHeader('content-disposition', 'attachment'); r.end('x')`, [
    ['/', 200],
  ])
  expect(result).toMatchObject({ passed: true, sight: { pictures: [], pages: [{ loaded: null }] } })
  expect(errors(result)).toContain('phone: no picture: the browser keeps it as a file')
})

test('a picture too large in bytes is kept in fewer pixels', async () => {
  const script = `const c = document.querySelector('canvas'), x = c.getContext('2d'), d = x.createImageData(1280, 900)
    for (let i = 0; i < d.data.length; i += 65536) crypto.getRandomValues(d.data.subarray(i, i + 65536))
    for (let i = 3; i < d.data.length; i += 4) d.data[i] = 255
    x.putImageData(d, 0, 0)`
  const result = await see(
    `<body style="margin:0"><canvas width=1280 height=900></canvas><script>${script}</script>`,
  )
  expect(sizes(result), JSON.stringify({ ...result.sight, pictures: [] })).toContainEqual([
    '/',
    'desktop',
    640,
    400,
  ])
  for (const { png } of result.sight?.pictures ?? []) expect(png.length).toBeLessThanOrEqual(PNG_BYTES_MAX)
})

test('a page that takes all the memory loses its picture, not the answers of the app', async () => {
  const page = `<script>const all = []; for (;;) all.push(new Uint8Array(1e8).fill(1))</script>`
  const result = await see(page)
  expect(result.passed, JSON.stringify(result.sight)).toBe(true)
  expect(result.sight?.pictures).toEqual([])
})

test('no more than four pages are looked at, and one that is asked twice once', async () => {
  const paths = ['/', '/?a', '/', '/?b', '/?c', '/?d']
  const result = await see('<h1>x</h1>', paths)
  expect(result.answers.length).toBe(6)
  expect(result.sight?.pages.map(({ path }) => path)).toEqual(['/', '/?a', '/?b', '/?c'])
  expect(result.sight?.pictures.length).toBe(8)
  for (const { png } of result.sight?.pictures ?? []) expect(readPng(png).ok).toBe(true)
})

test('a path that leads out of the app is not opened', async () => {
  const result = await ask(`${html}; r.end('x')`, [
    ['/', 200],
    ['//elsewhere.example/', 200],
  ])
  expect(result.passed).toBe(true)
  expect(result.sight?.pages.map(({ loaded }) => loaded)).toEqual([true, true])
})
