import { tasks } from './tasks.ts'

const serves = {
  port: 3000,
  requests: [
    { path: '/', expectStatus: 200, expectText: 'Short links' },
    { path: '/links', expectStatus: 200, expectText: '[]' },
    { path: '/nope', expectStatus: 404, expectText: 'There is no link' },
  ],
}

export const start = { command: 'node --import tsx src/main.ts', serves }

export const plan = {
  slug: 'short-links',
  toolchain: 'typescript',
  why: 'You asked for TypeScript. Hono is a small web framework that can be tested without a network, zod checks what is sent, and tsx runs the sources as they are, so that there is no build.',
  traps: [
    {
      trap: 'authentication',
      decision: 'None: it listens on 127.0.0.1 unless HOST says otherwise; a proxy decides who may write.',
    },
    { trap: 'persistence', decision: 'One JSON file that is replaced in one step after every change.' },
    {
      trap: 'concurrency',
      decision: 'One process; every change is made and kept without waiting in between, so none is lost.',
    },
    { trap: 'money', decision: 'Does not apply: nothing is paid or priced.' },
    { trap: 'time zones', decision: 'Does not apply: no times are kept.' },
    { trap: 'privacy', decision: 'Visits are only counted; nothing is kept about who came.' },
    {
      trap: 'input validation',
      decision: 'zod reads every request and the file; unknown fields are refused.',
    },
    {
      trap: 'injection',
      decision: 'Only http and https, so no script runs; addresses are normalised, so none breaks a header.',
    },
    {
      trap: 'character encoding',
      decision: 'UTF-8 JSON; addresses are written in ASCII as browsers send them.',
    },
    {
      trap: 'errors',
      decision: 'Refusals are JSON with a sentence; what nobody foresaw is 500 without details.',
    },
    {
      trap: 'empty and huge data',
      decision: 'An empty list is []; 10 000 links, 2 000 characters, 10 000 bytes a request.',
    },
    {
      trap: 'configuration',
      decision: 'PORT, HOST and LINKS_FILE, each with a default; documented in the README.',
    },
    { trap: 'secrets', decision: 'There are none.' },
    {
      trap: 'dependencies',
      decision: 'hono, @hono/node-server, zod and tsx; exact versions and a lock file.',
    },
    { trap: 'portability', decision: 'Node 20 and newer; no build step.' },
    { trap: 'data changes', decision: 'The file carries a version number.' },
    {
      trap: 'shutdown',
      decision: 'SIGTERM lets open requests end; a kill leaves the old file or the new one.',
    },
  ],
  tasks,
  start,
}
