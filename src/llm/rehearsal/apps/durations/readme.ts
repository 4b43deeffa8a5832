import { start } from './plan.ts'

export const readme = {
  title: 'Durations',
  overview:
    'A small library that reads durations the way people write them ("1h 30m", "90s", "2 days") and ISO 8601 into milliseconds, and writes milliseconds short, long or as ISO 8601. Plain ES modules with types in comments, no dependencies, no build. All functions are described in docs/api.md.',
  prerequisites: ['Node 18 or newer, or a current browser'],
  install: [],
  configuration: '',
  test: [{ command: 'node --test', says: 'Runs all tests, the acceptance tests among them.' }],
  run: [{ command: start.command, says: 'Shows a few samples, read and written in every style.' }],
  features: [
    'Reads numbers with units, in words or short, in any order, each unit once',
    'Reads and writes ISO 8601; years and months are refused because they have no fixed length',
    'Writes in as many parts as wanted; rounding carries over, so 59.9 minutes in one part are 1h',
    'What it writes, it reads back as the same',
    'TypeError for wrong types and RangeError for wrong values, each with the reason',
  ],
  usage: [
    {
      command: `node --input-type=module -e "import { format, parse } from 'durations'; console.log(parse('1h 30m'), format(5400000, { style: 'long' }))"`,
      says: 'In a program: `parse` gives milliseconds, `format` writes them.',
    },
    {
      command: 'node examples/demo.js "1 day, 6 hours" PT90S',
      says: 'Shows what is given instead of the samples.',
    },
    {
      command: 'node examples/demo.js "5 apples"',
      says: 'A text that is not a duration is refused with the reason.',
      exitCode: 1,
    },
  ],
  layout: [
    { path: 'src/index.js', says: 'what the package exports: parse and format' },
    { path: 'src/parse.js', says: 'checks, sign and rounding of what is read' },
    { path: 'src/words.js', says: 'numbers with units' },
    { path: 'src/iso.js', says: 'ISO 8601, both ways' },
    { path: 'src/format.js', says: 'rounding and styles of what is written' },
    { path: 'src/units.js', says: 'the table of units' },
    { path: 'src/refusal.js', says: 'the messages' },
    { path: 'examples/demo.js', says: 'the demo' },
    { path: 'tests/', says: 'unit tests and acceptance tests' },
    { path: 'docs/', says: 'requirements, architecture, API and deployment' },
  ],
}
