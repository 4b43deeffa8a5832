import { afterAll, beforeAll, expect, test } from 'vitest'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import { filesOf, openTrial, type Trial } from '../trial.ts'
import { probe } from './probe.ts'
import { PICTURE_ORDER, readSight } from './sight.ts'

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())

const SERVER = `require('node:http').createServer((request, response) => {
  console.log(request.url)
  response.end('you asked for ' + request.url)
}).listen(process.env.PORT, process.env.HOST)
`
const files = filesOf({ 'server.js': SERVER, 'index.html': '<h1>A page</h1>' })
const get = (path: string, expectText?: string) => ({ path, expectStatus: 200, expectText })

test('an app is started, asked and stopped', async () => {
  const spec = { start: ['node', 'server.js'], port: 4321, requests: [get('/a', 'asked for /a'), get('/b')] }
  const result = await probe(trial.sandbox, files, spec)
  expect(result).toMatchObject({ passed: true, started: true, why: null, killedBy: null, output: '/a\n/b\n' })
  expect(result.answers).toMatchObject([
    { path: '/a', status: 200, why: null },
    { path: '/b', status: 200, why: null },
  ])
})

test('an app that listens on IPv6 only is found too', async () => {
  const spec = { start: ['/bin/sh', '-c', 'HOST=::1 node server.js'], port: 4321, requests: [get('/')] }
  expect(await probe(trial.sandbox, files, spec)).toMatchObject({ passed: true })
})

test('a wrong status and a missing text are told', async () => {
  const requests = [{ path: '/', expectStatus: 404 }, get('/', 'something else')]
  const result = await probe(trial.sandbox, files, { start: ['node', 'server.js'], port: 4321, requests })
  expect(result).toMatchObject({ passed: false, started: true })
  expect(result.answers.map(({ why }) => why)).toEqual([
    'status 200 instead of 404',
    'the body lacks "something else"',
  ])
})

test('an app that ends is not waited for', async () => {
  const spec = { start: ['/bin/sh', '-c', 'echo broken >&2; exit 3'], port: 4321, requests: [get('/')] }
  const result = await probe(trial.sandbox, files, spec)
  expect(result).toMatchObject({ passed: false, started: false, output: 'broken\n' })
  expect(result.why).toBe('it ended with exit code 3 before it listened on its port')
  expect(result.answers).toMatchObject([{ status: null, why: expect.stringContaining('not asked') }])
})

test('a command that is not there is told', async () => {
  const result = await probe(trial.sandbox, files, { start: ['no-such'], port: 4321, requests: [get('/')] })
  expect(result).toMatchObject({ passed: false, started: false, why: expect.stringContaining('ENOENT') })
})

test('an app that hangs up is told', async () => {
  const rude = `require('node:net').createServer(socket => socket.destroy()).listen(process.env.PORT)`
  const spec = { start: ['node', '-e', rude], port: 4321, requests: [get('/')] }
  const result = await probe(trial.sandbox, files, spec)
  expect(result).toMatchObject({ passed: false, started: true })
  expect(result.answers[0]?.why).toMatch(/hang up|ECONNRESET/)
})

test('an app that writes into the report has none', async () => {
  const start = ['/bin/sh', '-c', 'echo nonsense > /proc/$PPID/fd/1; exec node server.js']
  const result = await probe(trial.sandbox, files, { start, port: 4321, requests: [get('/')] })
  expect(result).toMatchObject({ passed: false, started: false, why: expect.stringContaining('exit code 0') })
})

test('a text is found in a body that is larger than any report', async () => {
  const large = `require('node:http').createServer((_, r) => r.end('x'.repeat(900_000) + 'here')).listen(process.env.PORT)`
  const spec = { start: ['node', '-e', large], port: 4321, requests: [get('/', 'here'), get('/', 'not')] }
  const result = await probe(trial.sandbox, files, spec)
  expect(result.answers.map(({ why }) => why)).toEqual([null, 'the body lacks "not"'])
})

test.each([
  ['/no/such/browser', 'no browser on this machine: install it with apt-get install chromium'],
  ['/bin/false', 'the browser ended with 1'],
  ['/bin/cat', /^(no answer within \d+ ms|the browser ended with)/],
])('where %s is the browser there are answers, and why there are no pictures', async (browser, why) => {
  const pages = `require('node:http').createServer((_, r) => {
    r.setHeader('content-type', 'text/html').end('x') }).listen(process.env.PORT)`
  const pictures = { ...PICTURE_ORDER, browsers: [browser] }
  const order = { port: 4321, startMs: 5000, requestMs: 5000, requests: [get('/')], pictures }
  const script = `${NODE_INSIDE} ${PROGRAMS_INSIDE}/prober.mjs node app.cjs`
  const { stdout } = await trial.sh(script, {
    files: filesOf({ 'app.cjs': pages }),
    stdin: JSON.stringify(order),
  })
  const [answers = '', sight = ''] = stdout.split('\n')
  expect(JSON.parse(answers)).toMatchObject({ started: true, answers: [{ status: 200 }] })
  expect(readSight(sight, ['/'])).toEqual({ pages: [], pictures: [], why: expect.stringMatching(why) })
})

test('a cancelled probe says so', async () => {
  const spec = { start: ['sleep', '600'], port: 4321, requests: [get('/')] }
  const result = await probe(trial.sandbox, files, spec, AbortSignal.timeout(300))
  expect(result).toMatchObject({ passed: false, started: false, killedBy: 'cancelled' })
})

test('a page is served by our own server, and nothing that is not below it', async () => {
  const start = [NODE_INSIDE, `${PROGRAMS_INSIDE}/static-server.mjs`]
  const requests = [get('/', 'A page'), { path: '/../../../etc/passwd', expectStatus: 404 }]
  expect(await probe(trial.sandbox, files, { start, port: 4321, requests })).toMatchObject({ passed: true })
})
