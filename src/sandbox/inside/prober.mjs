// Runs inside the sandbox, as `node prober.mjs APP…`: reads what to ask as JSON from standard input, starts the app,
// waits until its port answers, makes the requests, looks at pages if that is wanted, and stops the app. Prints a line
// of JSON with the answers, and then another one with the pages, so that a page that ends all of it does not take the
// answers along. Needs nothing but Node.
import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takePictures } from './pictures.mjs'

const BODY_BYTES_MAX = 1024 * 1024
const OUTPUT_CHARACTERS_MAX = 16_000
const KNOCK_EVERY_MS = 50
const ADDRESSES = ['127.0.0.1', '::1']
const NOTHING = { status: null, hasText: false, page: false }

const { port, requests, startMs, requestMs, pictures } = JSON.parse(readFileSync(0, 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'probe-'))
const log = join(folder, 'output')
const app = startApp()
let ended = null
app.once('exit', (exitCode, signal) => {
  ended = { exitCode, signal }
})
app.once('error', error => {
  ended = { exitCode: null, signal: error.message }
})

const before = performance.now()
const address = await firstAnswer()
const readyMs = Math.round(performance.now() - before)
const answers = []
if (address !== null) for (const wanted of requests) answers.push(await ask(address, wanted))
await print({ started: address !== null, readyMs, ended, answers, output: output() })
if (pictures !== null) {
  const paths = [...new Set(answers.filter(({ page }) => page).map(({ path }) => path))]
  const shown = paths.slice(0, pictures.pathsMax)
  await print(shown.length === 0 ? null : await takePictures({ port, paths: shown, ...pictures }))
}
stopApp()
rmSync(folder, { recursive: true, force: true })
process.exit(0)

function print(report) {
  return new Promise(resolve => process.stdout.write(`${JSON.stringify(report)}\n`, resolve))
}

/** Its output goes to a file: a pipe of Node's is a socket, on which `> /dev/stdout` fails. */
function startApp() {
  const fd = openSync(log, 'a')
  const [file, ...args] = process.argv.slice(2)
  const env = { ...process.env, PORT: String(port) }
  return spawn(file, args, { env, detached: true, stdio: ['ignore', fd, fd] })
}

/** The address that took a connection first, or null when the app ended or the time is over. */
async function firstAnswer() {
  while (ended === null && performance.now() - before < startMs) {
    for (const address of ADDRESSES) if (await knocks(address)) return address
    await new Promise(resolve => setTimeout(resolve, KNOCK_EVERY_MS))
  }
  return null
}

function knocks(address) {
  return new Promise(resolve => {
    const socket = connect({ host: address, port })
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
    function answer(open) {
      socket.destroy()
      resolve(open)
    }
  })
}

/** The body stays here: what is looked for in it is looked for here. */
function ask(address, { path, expectStatus, expectText }) {
  const from = performance.now()
  return new Promise(resolve => {
    const answer = rest => resolve({ path, ms: Math.round(performance.now() - from), ...rest })
    const headers = { host: `localhost:${port}`, connection: 'close' }
    const asked = request({ host: address, port, path, headers, timeout: requestMs }, response => {
      const chunks = []
      let bytes = 0
      response.on('data', chunk => {
        bytes += chunk.length
        if (bytes <= BODY_BYTES_MAX) chunks.push(chunk)
      })
      response.on('error', error => answer({ ...NOTHING, error: error.message }))
      response.on('end', () => {
        const hasText = Buffer.concat(chunks)
          .toString('utf8')
          .includes(expectText ?? '')
        answer({
          status: response.statusCode,
          error: null,
          hasText,
          page: hasText && response.statusCode === expectStatus && isPage(response),
        })
      })
    })
    setTimeout(() => asked.destroy(new Error(`no answer within ${requestMs} ms`)), requestMs).unref()
    asked.on('error', error => answer({ ...NOTHING, error: error.message }))
    asked.end()
  })
}

/** Whether it is worth a look: a page that is no error, or the way to one of this app. */
function isPage({ statusCode, headers }) {
  if (statusCode >= 400) return false
  if (statusCode < 300) return /^text\/html\b/i.test(headers['content-type'] ?? '')
  const { location } = headers
  const origin = `http://localhost:${port}`
  return (
    location !== undefined && URL.canParse(location, origin) && new URL(location, origin).origin === origin
  )
}

function output() {
  return readFileSync(log, 'utf8').slice(-OUTPUT_CHARACTERS_MAX)
}

function stopApp() {
  try {
    process.kill(-app.pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}
