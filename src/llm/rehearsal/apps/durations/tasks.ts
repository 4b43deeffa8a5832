/** The tasks of the plan, exact enough that the one who builds them need not ask. */
export const tasks = [
  {
    id: 'T1',
    title: 'Read numbers with units',
    detail: [
      '`src/index.js` exports `parse(text)`, which returns whole milliseconds. It reads numbers (with a decimal point) followed by',
      'a unit: w, d, h, m, s, ms or their words (week, day, hour or hr, minute or min, second or sec, millisecond or msec), plural',
      'too, in large or small letters. Parts come in any order, each unit once, separated by nothing, white space, a comma or',
      '"and". A leading minus makes the whole negative; zero has no sign. Units are one table in `src/units.js`.',
      'TypeError for what is not a text; RangeError, quoting at most 40 characters, for what is not a duration, for more than 200',
      'characters, and beyond 2^53 milliseconds. Also a package.json of type module with `exports`.',
    ].join(' '),
    files: [
      'package.json',
      'src/index.js',
      'src/units.js',
      'src/refusal.js',
      'src/words.js',
      'src/parse.js',
      'tests/parse.test.js',
    ],
    dependsOn: [],
    criteria: [
      { id: 'T1.1', text: 'Every unit is read, short and in words, and parts add up to whole milliseconds.' },
      {
        id: 'T1.2',
        text: 'Every character of the text must belong to a part; a unit that comes twice is refused.',
      },
      { id: 'T1.3', text: 'Wrong types are TypeErrors and wrong texts RangeErrors whose message says why.' },
    ],
  },
  {
    id: 'T2',
    title: 'Write a duration, short and long',
    detail: [
      '`format(ms, { style, parts })` with style "short" (the default, "1h 30m") or "long" ("1 hour 30 minutes"). Days are the',
      'largest unit; units whose count is zero are not written; zero is "0s" and "0 seconds"; a negative has one minus in front.',
      '`parts` is how many units in a row are written, counted from the largest; what is smaller is rounded, and rounding carries',
      'over: 59.9 minutes in one part are "1h". TypeError when ms is not a number; RangeError when it is beyond 2^53 or not finite,',
      'for an unknown style, and for parts that are not a whole number from 1 on.',
    ].join(' '),
    files: ['src/index.js', 'src/format.js', 'tests/format.test.js'],
    dependsOn: ['T1'],
    criteria: [
      { id: 'T2.1', text: 'Short and long are written as described, zero and negatives too.' },
      {
        id: 'T2.2',
        text: 'Rounding to fewer parts carries over; no unit is ever written as full (60m, 24h).',
      },
      { id: 'T2.3', text: 'Wrong values and unknown options are refused with a message.' },
    ],
  },
  {
    id: 'T3',
    title: 'Read and write ISO 8601',
    detail: [
      '`parse` also reads ISO 8601: P, then weeks and days, then T with hours, minutes, seconds, each with decimals by point or comma,',
      'in large or small letters, after an optional sign. `format` gets the style "iso": PT1H30M, fractions of seconds as PT0.25S,',
      'zero as PT0S, negatives as -PT15M. Years and months are a RangeError that says they have no fixed length.',
      'A P or a T that nothing follows ("P", "PT", "P1DT") is a RangeError. The code is `src/iso.js`.',
    ].join(' '),
    files: ['src/iso.js', 'src/parse.js', 'src/format.js', 'tests/iso.test.js'],
    dependsOn: ['T1', 'T2'],
    criteria: [
      { id: 'T3.1', text: 'ISO 8601 is read and written, and what is written is read back as the same.' },
      { id: 'T3.2', text: 'Years and months are refused because they have no fixed length.' },
      {
        id: 'T3.3',
        text: 'A P or a T that nothing follows is refused: "P", "PT" and "P1DT" are no durations.',
      },
    ],
  },
  {
    id: 'T4',
    title: 'A demo, and the package by its name',
    detail: [
      '`examples/demo.js` prints one line for each argument (or for a few samples): the text, its milliseconds, and the three styles,',
      'joined by " = ". A text that is not a duration prints the message of the library to standard error, without a stack trace,',
      'and ends with exit code 1. package.json gets a script `demo`. A test imports the package by its name.',
    ].join(' '),
    files: ['examples/demo.js', 'package.json', 'tests/demo.test.js'],
    dependsOn: ['T1', 'T2', 'T3'],
    criteria: [
      {
        id: 'T4.1',
        text: 'The demo shows samples or its arguments, and ends with exit code 1 and one line on a wrong text.',
      },
      { id: 'T4.2', text: 'The package can be imported by its name and has no dependencies.' },
    ],
  },
]
