// Runs inside the sandbox, as `node prober.mjs APP…`: reads what to ask as JSON from standard input, starts the app,
// waits until its port answers, makes the requests, stops the app and prints one JSON report. Needs nothing but Node.
import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BODY_BYTES_MAX = 1024 * 1024
const OUTPUT_CHARACTERS_MAX = 16_000
const KNOCK_EVERY_MS = 50
const ADDRESSES = ['127.0.0.1', '::1']

const { port, requests, startMs, requestMs } = JSON.parse(readFileSync(0, 'utf8'))
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
const report = { started: address !== null, readyMs, ended, answers, output: output() }
stopApp()
rmSync(folder, { recursive: true, force: true })
process.stdout.write(JSON.stringify(report), () => process.exit(0))

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

function ask(address, { path }) {
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
      response.on('error', error => answer({ status: null, error: error.message, body: '' }))
      response.on('end', () => {
        answer({ status: response.statusCode, error: null, body: Buffer.concat(chunks).toString('utf8') })
      })
    })
    setTimeout(() => asked.destroy(new Error(`no answer within ${requestMs} ms`)), requestMs).unref()
    asked.on('error', error => answer({ status: null, error: error.message, body: '' }))
    asked.end()
  })
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
