import { tasks } from './tasks.ts'

export const start = { command: 'java -jar target/app.jar --help' }

export const plan = {
  slug: 'csv-json',
  toolchain: 'java',
  why: 'You asked for Java. Reading CSV and writing JSON are each left to a small library that has done it for years; Maven fetches both and builds one jar.',
  traps: [
    {
      trap: 'authentication',
      decision: 'Does not apply: a program for the person who runs it.',
    },
    {
      trap: 'persistence',
      decision: 'Does not apply: nothing is kept.',
    },
    {
      trap: 'concurrency',
      decision: 'Does not apply: one text in, one text out.',
    },
    {
      trap: 'money',
      decision: 'Numbers keep all their places; they are decimals and never floats.',
    },
    {
      trap: 'time zones',
      decision: 'Does not apply: dates stay the texts that they are.',
    },
    {
      trap: 'privacy',
      decision: 'Nothing leaves the program but what it writes.',
    },
    {
      trap: 'input validation',
      decision: 'Names and the length of every row are checked; one sentence tells which row does not fit.',
    },
    {
      trap: 'injection',
      decision: 'JSON is written by a library that escapes every text.',
    },
    {
      trap: 'character encoding',
      decision:
        'UTF-8 in and out, named in the code; what is not UTF-8 is refused, the mark at the top is skipped.',
    },
    {
      trap: 'errors',
      decision: 'One sentence on standard error; exit code 1 for tables, 2 for arguments; no stack trace.',
    },
    {
      trap: 'empty and huge data',
      decision:
        'No rows are an empty list; a table is held in memory as a whole, so that nothing is written by halves.',
    },
    {
      trap: 'configuration',
      decision: 'None; options are arguments.',
    },
    {
      trap: 'dependencies',
      decision: 'commons-csv and gson, pinned; neither has dependencies of its own. JUnit for tests only.',
    },
    {
      trap: 'portability',
      decision: 'Java 17 and newer; both kinds of line ends.',
    },
    {
      trap: 'shutdown',
      decision: 'A kill leaves half of the output, and the exit code says so.',
    },
  ],
  tasks,
  start,
}
