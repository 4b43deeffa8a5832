/** What the person says, and what the rehearsal Architect makes of it. */

export const description =
  'A JavaScript library that parses durations such as "1h 30m", "2 days" or ISO 8601 and formats them again.'

export const precise = [
  description,
  'It has no dependencies, runs in Node 18 and in browsers, counts in milliseconds, and writes short, long and ISO 8601;',
  'wrong texts throw a RangeError and wrong types a TypeError, each with a clear message; a demo shows it.',
].join(' ')

/** Durations that are to be read or written. */
export function knows(text: string): boolean {
  return (
    /\bdurations?\b/i.test(text) && /\b(pars\w+|format\w*|read\w*|convert\w*|librar\w+|module)\b/i.test(text)
  )
}

/** Every offered answer is met by what is built, so that no answer is ignored. */
export const questions = {
  questions: [
    {
      id: 'Q1',
      text: 'Which ways of writing a duration should it understand?',
      offers: ['Words and short forms, like 2 days or 1h 30m', 'ISO 8601, like PT1H30M', 'Both'],
    },
    {
      id: 'Q2',
      text: 'How should it write a duration?',
      offers: ['Short, like 1h 30m', 'Long, like 1 hour 30 minutes', 'Both, and ISO 8601'],
    },
    {
      id: 'Q3',
      text: 'Where will it run?',
      offers: ['In Node', 'In the browser', 'Both'],
    },
  ],
}

export const brief = {
  title: 'Durations',
  summary:
    'A small library that reads durations the way people write them ("1h 30m", "90s", "2 days") and ISO 8601 into milliseconds, and writes milliseconds short, long or as ISO 8601. It has no dependencies and says clearly what is wrong with a text.',
  audience: 'Programmers of JavaScript, in Node or in a browser.',
  features: [
    'Reads numbers with units, in words or short, in any order, each unit once',
    'Reads and writes ISO 8601, such as PT1H30M',
    'Writes short (1h 30m), long (1 hour 30 minutes) and ISO 8601, in as many parts as wanted',
    'Clear TypeError and RangeError messages',
    'A demo: node examples/demo.js',
  ],
  leftOut: [
    'Years and months, because they have no fixed length',
    'Clock times and dates',
    'Languages other than English',
  ],
  criteria: [
    {
      id: 'C1',
      text: '"1h 30m", "90s", "2 days", "0.5 hours", "2 hours and 5 minutes" are read into the right number of milliseconds, a leading minus too.',
    },
    {
      id: 'C2',
      text: 'Milliseconds are written short and long; with fewer parts the rest is rounded, and rounding carries over, so that 59.9 minutes in one part are 1h.',
    },
    {
      id: 'C3',
      text: 'ISO 8601 such as PT1H30M is read and written; years and months are refused because they have no fixed length.',
    },
    {
      id: 'C4',
      text: 'A text that is not a duration is a RangeError that quotes it, a value of the wrong type is a TypeError, and NaN is never returned.',
    },
    {
      id: 'C5',
      text: 'Every whole number of milliseconds that can be counted exactly, written in any style, is read back as the same.',
    },
    {
      id: 'C6',
      text: '`node examples/demo.js` shows the library; a wrong text ends it with one line and exit code 1; nothing has to be installed.',
    },
  ],
}
