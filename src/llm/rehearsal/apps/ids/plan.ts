import { tasks } from './tasks.ts'

const serves = {
  port: 8080,
  requests: [
    {
      path: '/',
      expectStatus: 200,
      expectText: '/check/ID',
    },
    {
      path: '/new?kind=ordered&count=3',
      expectStatus: 200,
      expectText: '-7',
    },
    {
      path: '/check/018e3bc0-4000-7000-8000-000000000001',
      expectStatus: 200,
      expectText: '2024-03-14T06:57:18.848Z',
    },
    {
      path: '/check/hello',
      expectStatus: 400,
      expectText: 'is not an id',
    },
  ],
}

export const start = { command: 'go run . serve', serves }

export const plan = {
  slug: 'ids',
  toolchain: 'go',
  why: 'Go has an HTTP server in its standard library and gives one program without a runtime. Making ids is left to the module that everybody uses for it.',
  traps: [
    {
      trap: 'authentication',
      decision: 'None: it listens on this machine only and gives away nothing that is secret.',
    },
    {
      trap: 'persistence',
      decision: 'Does not apply: nothing is kept.',
    },
    {
      trap: 'concurrency',
      decision: 'Requests share no state of ours; the module orders ids that are made at the same moment.',
    },
    {
      trap: 'time zones',
      decision: 'The time of an id is told in UTC.',
    },
    {
      trap: 'privacy',
      decision:
        'Ids that are checked are not logged. Ordered ids tell when they were made, and the README says so.',
    },
    {
      trap: 'input validation',
      decision:
        'Kind, count and form are checked before anything is made; each refusal says what is possible.',
    },
    {
      trap: 'injection',
      decision:
        'Answers are plain text or JSON by its encoder; messages quote what was sent, 40 characters at most.',
    },
    {
      trap: 'character encoding',
      decision: 'UTF-8 is said in every answer; an id is ASCII.',
    },
    {
      trap: 'errors',
      decision: '400, 404 and 405 with a reason in JSON; exit codes 1 and 2 with a sentence.',
    },
    {
      trap: 'empty and huge data',
      decision: '1 to 1000 ids at once; requests and answers have time limits.',
    },
    {
      trap: 'configuration',
      decision: 'Only PORT; 8080 when it is not set.',
    },
    {
      trap: 'secrets',
      decision: 'There are none.',
    },
    {
      trap: 'dependencies',
      decision:
        'github.com/google/uuid, pinned, which has no dependencies of its own; writing version 7 anew would be worse.',
    },
    {
      trap: 'portability',
      decision: 'Go 1.21 and newer, on Linux, macOS and Windows.',
    },
    {
      trap: 'shutdown',
      decision:
        'Ctrl-C and SIGTERM: no new requests, five seconds for those under way; a taken port is said.',
    },
  ],
  tasks,
  start,
}
