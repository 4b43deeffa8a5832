import { tasks } from './tasks.ts'

const serves = {
  port: 8080,
  requests: [
    { path: '/', expectStatus: 200, expectText: 'Split the bill' },
    { path: '/bill.js', expectStatus: 200, expectText: 'export function splitBill' },
    { path: '/nope', expectStatus: 404 },
  ],
}

export const start = { command: 'node serve.js', serves }

export const plan = {
  slug: 'split-bill',
  toolchain: 'static-web',
  why: 'A static page runs on every phone without an installation and can be put on any page host. It needs no build and no packages; Node is used for the tests and to look at the page here.',
  traps: [
    {
      trap: 'authentication',
      decision: 'Does not apply: there is nothing to protect and nobody to tell apart.',
    },
    { trap: 'persistence', decision: 'The last values are kept in localStorage; the page works without it.' },
    {
      trap: 'concurrency',
      decision: 'Two tabs may overwrite the last values of each other; nothing is lost by that.',
    },
    {
      trap: 'money',
      decision: 'Whole cents everywhere; one rounding of the tip, half up; odd cents to the first people.',
    },
    { trap: 'time zones', decision: 'Does not apply: no dates are shown or kept.' },
    { trap: 'privacy', decision: 'Nothing leaves the device; the page loads nothing from other servers.' },
    {
      trap: 'input validation',
      decision: 'Each field that cannot be read brings one sentence that says what to type.',
    },
    {
      trap: 'injection',
      decision: 'Texts are put on the page as text, never as HTML; only listed kinds of names are served.',
    },
    { trap: 'character encoding', decision: 'UTF-8, said in the page and in the headers of the server.' },
    {
      trap: 'errors',
      decision: 'RangeError carries a sentence for the person; every other error is a bug and stays visible.',
    },
    {
      trap: 'empty and huge data',
      decision: 'An empty amount is no mistake; amounts up to 100000.00, up to 50 people.',
    },
    { trap: 'configuration', decision: 'Only the port of the local server, by PORT; 8080 by default.' },
    { trap: 'dependencies', decision: 'None, neither in the page nor for the tests.' },
    {
      trap: 'portability',
      decision: 'Browsers of the last five years; Node 18 or newer for tests and server.',
    },
    {
      trap: 'accessibility',
      decision: 'Labels, keyboard focus, live regions, large targets, light and dark colours.',
    },
    {
      trap: 'data changes',
      decision: 'What was kept is checked field by field; anything else is forgotten.',
    },
  ],
  tasks,
  start,
}
