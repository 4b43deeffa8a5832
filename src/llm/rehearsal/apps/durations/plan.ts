import { tasks } from './tasks.ts'

export const start = { command: 'node examples/demo.js' }

export const plan = {
  slug: 'durations',
  toolchain: 'node',
  why: 'A library for JavaScript is best written in it. Plain ES modules with types in comments need no build and no packages, and run in Node and in browsers alike.',
  traps: [
    { trap: 'authentication', decision: 'Does not apply: a library of two functions.' },
    { trap: 'persistence', decision: 'Does not apply: nothing is kept.' },
    {
      trap: 'concurrency',
      decision: 'Both functions are pure; the sticky expression is reset on every call.',
    },
    {
      trap: 'time zones',
      decision: 'Durations only, no dates. A day is 24 hours; years and months are refused.',
    },
    { trap: 'privacy', decision: 'Texts are not logged; messages quote 40 characters of them at most.' },
    {
      trap: 'input validation',
      decision: 'Wrong types are TypeErrors, wrong values RangeErrors, each with the reason.',
    },
    {
      trap: 'injection',
      decision: 'Nothing is evaluated; expressions are linear on texts of at most 200 characters.',
    },
    {
      trap: 'character encoding',
      decision: 'Units are ASCII letters, large or small; anything else is refused.',
    },
    { trap: 'errors', decision: 'The demo prints the message alone and ends with exit code 1.' },
    {
      trap: 'empty and huge data',
      decision: 'Empty and too long texts are refused; so is what is beyond 2^53 milliseconds.',
    },
    { trap: 'configuration', decision: 'None; options are arguments.' },
    { trap: 'dependencies', decision: 'None, neither for the library nor for its tests.' },
    {
      trap: 'portability',
      decision: 'Nothing newer than Node 18; src/ uses nothing of Node, so browsers can load it.',
    },
    { trap: 'data changes', decision: 'What format writes, parse reads; a test holds it for every style.' },
  ],
  tasks,
  start,
}
