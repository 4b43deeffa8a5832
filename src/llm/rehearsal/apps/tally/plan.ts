import { removal, tasks } from './tasks.ts'

const stack = {
  slug: 'tally',
  toolchain: 'python',
  why: 'A terminal tool that reads and writes one file: the standard library of Python has all it needs, and nothing has to be installed.',
  start: { command: 'python3 -m tally --help' },
}

const traps = [
  {
    trap: 'authentication',
    decision: 'Does not apply: one person on their own account; the log is readable by them only.',
  },
  {
    trap: 'persistence',
    decision: 'One JSON file; a missing one is empty, a damaged one is refused and left as it is.',
  },
  {
    trap: 'concurrency',
    decision: 'The log is replaced in one step; two commands at the same moment are not merged.',
  },
  { trap: 'money', decision: 'Decimals with two places, kept as text; never a float.' },
  { trap: 'time zones', decision: 'A day is a calendar day of the person; no times are kept.' },
  { trap: 'privacy', decision: 'Everything stays in one local file; nothing is sent anywhere.' },
  { trap: 'input validation', decision: 'Every text is read by a parse function before the log is opened.' },
  {
    trap: 'injection',
    decision: 'CSV cells that look like formulas become text; control characters are dropped.',
  },
  {
    trap: 'character encoding',
    decision: 'UTF-8 is named for every file; a terminal that lacks a character shows "?".',
  },
  { trap: 'errors', decision: 'One sentence on standard error and exit code 2; no stack trace.' },
  {
    trap: 'empty and huge data',
    decision: '"No expenses." for none; texts and amounts have limits; decades fit in memory.',
  },
  {
    trap: 'configuration',
    decision: '--file, else TALLY_FILE, else ~/.tally.json; documented in the README.',
  },
  { trap: 'secrets', decision: 'There are none.' },
  { trap: 'dependencies', decision: 'Standard library only.' },
  { trap: 'portability', decision: 'Python 3.9 and newer, on Linux, macOS and Windows.' },
  { trap: 'accessibility', decision: 'Plain text lines, no colour, no cursor tricks.' },
  { trap: 'data changes', decision: 'The log carries a version number.' },
  { trap: 'shutdown', decision: 'A kill leaves the old log or the new one, never a half.' },
]

export const plan = { ...stack, traps, tasks }

/** The plan that answers the wish to remove expenses: new tasks only. */
export const removalPlan = { ...stack, traps, tasks: removal }
