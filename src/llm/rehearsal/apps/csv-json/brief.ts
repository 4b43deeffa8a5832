/** What the person says, and what the rehearsal Architect makes of it. */

export const description = 'A Java command-line converter from CSV to JSON.'

export const precise = [
  'It reads a file or standard input in UTF-8 with a line of names at its top, takes any character between cells,',
  'keeps leading zeros, and writes a list or one object on a line.',
].join(' ')

/** CSV that becomes JSON; to export as CSV is another app. */
export function knows(text: string): boolean {
  return (
    /\bcsv\b[^.]*\b(to|into|as)\s+json\b/i.test(text) ||
    (/\bconver\w+\b/i.test(text) && /\bcsv\b/i.test(text) && /\bjson\b/i.test(text))
  )
}

/** Every offered answer is met by what is built, so that no answer is ignored. */
export const questions = {
  questions: [
    {
      id: 'Q1',
      text: 'What should the JSON be?',
      offers: ['A list of objects', 'One object on a line', 'Either'],
    },
    {
      id: 'Q2',
      text: 'What stands between the cells of your CSV?',
      offers: ['Commas', 'Semicolons or tabs', 'It differs'],
    },
    {
      id: 'Q3',
      text: 'What should become of numbers?',
      offers: ['Numbers in JSON', 'But 007 stays a text'],
    },
  ],
}

export const brief = {
  title: 'CSV to JSON',
  summary:
    'A converter for the terminal: CSV with a line of names at its top becomes a list of JSON objects, or one object on a line. Numbers become numbers, but what only looks like one keeps its zeros, and what is no proper table is refused before anything is written.',
  audience: 'Programmers and analysts who get tables from spreadsheets and need JSON.',
  features: [
    'Quoted cells with commas, quotes and line ends in them',
    'Numbers, true, false and null as JSON has them; leading zeros and long numbers stay texts',
    'Any character between cells, tabs too',
    'A list, or one object on a line',
    'Nothing is written when a row does not fit',
  ],
  leftOut: ['JSON to CSV', 'Nested objects', 'Other encodings than UTF-8'],
  criteria: [
    {
      id: 'C1',
      text: 'CSV of a file or of standard input becomes a list of objects, with the names of the first line in their order; quoted cells keep commas, quotes and line ends.',
    },
    {
      id: 'C2',
      text: 'Numbers as JSON writes them, true and false become such values, and an empty cell null; leading zeros, a plus and numbers of more than 15 digits stay texts.',
    },
    {
      id: 'C3',
      text: 'A row with too few or too many cells, names that are the same, a quote that does not end, and what is not UTF-8 or not there end with exit code 1, an unknown option with 2: one sentence, and nothing is written.',
    },
    {
      id: 'C4',
      text: '`--delimiter C` takes another character between cells ("tab" for a tab); `--lines` writes each object on a line of its own. A delimiter that is not one character, or is a quote, ends with exit code 2.',
    },
    {
      id: 'C5',
      text: '`mvn package` makes target/app.jar, which `java -jar` starts with nothing else but the folder target/lib beside it.',
    },
  ],
}
