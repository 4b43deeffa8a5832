// The machine's Chromium, without a window, spoken to by its DevTools protocol over a pipe (descriptors 3 and 4). It
// runs inside the sandbox like everything else, and needs nothing but Node.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ARGS = [
  '--headless',
  // It is inside a sandbox, in which it cannot make another.
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-crash-reporter',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--no-default-browser-check',
  '--no-first-run',
  '--deny-permission-prompts',
  '--force-color-profile=srgb',
  '--hide-scrollbars',
  '--mute-audio',
  // There is no network: names are known to be unknown at once.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]',
  '--js-flags=--max-old-space-size=512',
  '--remote-debugging-pipe',
]

/** Two pictures of noise with their wrapping. */
const UNREAD_CHARACTERS_MAX = 32 * 1024 * 1024

/**
 * Starts it. `send` resolves to what the protocol answers and rejects after `ms`, or when the browser has ended;
 * `listen` hears every event as `(method, params, sessionId)`.
 */
export function startBrowser(file) {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'))
  const child = spawn(file, [...ARGS, `--user-data-dir=${folder}`], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const [, , , orders, said] = child.stdio
  const waiting = new Map()
  const listeners = new Set()
  let over = null
  let count = 0
  let unread = ''

  const end = why => {
    over ??= new Error(why)
    for (const { reject } of waiting.values()) reject(over)
    waiting.clear()
  }
  child.once('error', error => end(`the browser did not start: ${error.message}`))
  child.once('exit', (code, signal) => end(`the browser ended with ${signal ?? code}`))
  // Its end is told by itself.
  orders.on('error', () => {})
  said.setEncoding('utf8').on('data', text => {
    const messages = (unread + text).split('\0')
    unread = messages.pop()
    if (unread.length > UNREAD_CHARACTERS_MAX) close()
    for (const message of messages) take(JSON.parse(message))
  })

  function take({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      for (const listener of listeners) listener(method, params, sessionId)
      return
    }
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(result)
    else asked?.reject(new Error(error.message))
  }

  function send(method, params, { ms, sessionId } = {}) {
    if (over !== null) return Promise.reject(over)
    const id = ++count
    const answer = Promise.withResolvers()
    waiting.set(id, answer)
    const late = setTimeout(() => {
      waiting.delete(id)
      answer.reject(new Error(`no answer within ${ms} ms`))
    }, ms)
    orders.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    return answer.promise.finally(() => clearTimeout(late))
  }

  function close() {
    end('the browser was closed')
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended already, or never started.
    }
  }

  return { send, listen: listener => listeners.add(listener), close }
}
