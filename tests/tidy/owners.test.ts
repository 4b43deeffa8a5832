import { expect, test } from 'vitest'
import { ownersKeepTheirs } from './owners.ts'

const check = (path: string, text: string) => ownersKeepTheirs([{ path, text }])

test.each([
  ['the environment', 'const home = process.env.HOME'],
  ['the environment', "const home = process['env']['HOME']"],
  ['the environment', "import { env } from 'node:process'"],
  ['the time of day', 'const now = Date.now()'],
  ['the time of day', 'const now = new Date()'],
  ['the time of day', 'const now = new Date'],
  ['the time of day', 'const now = performance.now()'],
  ['randomness', 'const dice = Math.random()'],
  ['randomness', "import { createHash, randomBytes } from 'node:crypto'"],
  ['randomness', 'const id = crypto.randomUUID()'],
  ['child processes', "import { spawn } from 'node:child_process'"],
  ['child processes', "const { spawn } = await import('node:child_process')"],
  ['the network', "import { createServer } from 'node:http'"],
  ['the network', "import net from 'net'"],
  ['the network', "import { lookup } from 'node:dns/promises'"],
  ['the network', "await fetch('http://example.com')"],
  ['the network', "await globalThis.fetch('http://example.com')"],
  ['the console', "console.log('hello')"],
])('%s is not for everybody: %s', (what, text) => {
  expect(check('src/billing/ledger.ts', text)).toContainEqual(expect.stringContaining(`${what} belongs to`))
})

test.each([
  ['src/config.ts', 'const home = process.env.HOME'],
  ['src/clock.ts', 'const now = Date.now()'],
  ['src/id.ts', "import { randomBytes } from 'node:crypto'"],
  ['src/workspace/git.ts', "import { spawn } from 'node:child_process'"],
  ['src/sandbox/inside/relay.ts', "import { createServer } from 'node:net'"],
  ['src/web/api.ts', "await fetch('/api')"],
  ['src/cli/print.ts', "console.log('hello')"],
])('%s owns what it uses: %s', (path, text) => {
  expect(check(path, text)).toEqual([])
})

test.each([
  "import type { ChildProcess } from 'node:child_process'",
  "import { createHash } from 'node:crypto'",
  'const then = new Date(0)',
  "const text = 'Date.now() is said in a text' // and process.env in a comment",
  'store.fetch()',
])('nobody is bothered by: %s', text => {
  expect(check('src/billing/ledger.ts', text)).toEqual([])
})
