/** What the person says, and what the rehearsal Architect makes of it. */

export const description =
  'A command-line program in Rust that counts lines, words and characters of text files and ranks the most common words.'

export const precise = [
  'It reads UTF-8 files or standard input, knows words and characters of every script as Unicode has them,',
  'and prints plain text.',
].join(' ')

/** Words or characters that are counted or ranked. */
export function knows(text: string): boolean {
  return /\bwords?\b/i.test(text) && /\b(count\w*|rank\w*|frequen\w*|most common|statistics)\b/i.test(text)
}

/** Every offered answer is met by what is built, so that no answer is ignored. */
export const questions = {
  questions: [
    {
      id: 'Q1',
      text: 'What should it tell about a text?',
      offers: ['Lines, words and characters', 'The most common words', 'Both'],
    },
    {
      id: 'Q2',
      text: 'Where do the texts come from?',
      offers: ['Files that I name', 'Standard input', 'Either'],
    },
  ],
}

export const brief = {
  title: 'Word count',
  summary:
    'A program for the terminal that counts the lines, words and characters of texts as a reader sees them, in any script, and ranks the words that come most often.',
  audience: 'People who write or translate, and work in a terminal.',
  features: [
    'Lines, words and characters of each file, and of all together',
    'An accent belongs to its letter, and an emoji is one character',
    'The N most common words, large and small letters being the same',
    'Reads files or standard input, and works in a pipe',
  ],
  leftOut: [
    'Texts in other encodings than UTF-8',
    'Forms of the same word, such as plurals',
    'Formats such as PDF',
  ],
  criteria: [
    {
      id: 'C1',
      text: '`wordcount FILE...` prints a line for each file, with its name and "N lines, N words, N characters", and a line for the total where there are several; without files it counts what comes in.',
    },
    {
      id: 'C2',
      text: 'Characters are what a reader sees: an accent belongs to its letter, and an emoji is one; line ends are none. Words are found in any script.',
    },
    {
      id: 'C3',
      text: '`--top N` prints the N most common words of all texts together in small letters, each on a line after its number, the most common first, and equal ones in the order of Unicode.',
    },
    {
      id: 'C4',
      text: 'A file that is not there or no UTF-8 ends with exit code 1, arguments that are not understood with 2; both with one sentence that names them, and nothing on standard output.',
    },
    {
      id: 'C5',
      text: 'It works in a pipe: a reader that has seen enough brings no message and no failure.',
    },
  ],
}
