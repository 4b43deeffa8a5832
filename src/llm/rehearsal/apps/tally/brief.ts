/** What the person says, and what the rehearsal Architect makes of it. */

export const description =
  'A command-line expense log in Python: I note what I spend, list it, see totals by month and export everything as CSV.'

export const precise =
  'It is for one person and one currency, keeps everything in one JSON file, and needs nothing but Python.'

/** Expenses that are noted or added up; what is to be split between people is another app. */
export function knows(text: string): boolean {
  return /\b(expens\w*|spend\w*|spent)\b/i.test(text) && !/\bsplit/i.test(text)
}

/** Every offered answer is met by what is built, so that no answer is ignored. */
export const questions = {
  questions: [
    {
      id: 'Q1',
      text: 'How should the totals be told apart?',
      offers: ['By month', 'By month and category', 'Both'],
    },
    {
      id: 'Q2',
      text: 'Where should the log be kept?',
      offers: ['In my home folder', 'In a file that I name', 'Either'],
    },
    {
      id: 'Q3',
      text: 'Where will you open the CSV file?',
      offers: ['In a spreadsheet', 'In another program'],
    },
  ],
}

export const brief = {
  title: 'Tally',
  summary:
    'An expense log for the terminal. One command notes what was spent; others list it, add it up exactly by month, and export it as CSV. Everything stays in one file that you own.',
  audience: 'One person who works in a terminal and wants to know where the money went.',
  features: [
    'Note an amount with a category, a day and a note',
    'List expenses, oldest first, of one month or one category if wanted',
    'Exact totals of each month, or of each category of each month',
    'Export of everything as CSV, for a spreadsheet or another program',
    'One JSON file as the log, in the home folder or where you say',
  ],
  leftOut: [
    'Several currencies',
    'Budgets and income',
    'Synchronisation between machines',
    'A graphical interface',
  ],
  criteria: [
    {
      id: 'C1',
      text: '`add AMOUNT CATEGORY --note TEXT --date 2026-03-14` keeps an expense that a later `list` shows with all its parts.',
    },
    {
      id: 'C2',
      text: 'A wrong amount or day ends with exit code 2 and a sentence on standard error, without a stack trace; nothing is changed.',
    },
    {
      id: 'C3',
      text: '`list` is oldest first; `--month 2026-03` and `--category food` narrow it, also together; nothing found prints "No expenses."',
    },
    {
      id: 'C4',
      text: '`totals` prints one line with month and exact sum in the order of the months; `--by-category` one with month, category and sum.',
    },
    {
      id: 'C5',
      text: '`export FILE` writes CSV (UTF-8; date, amount, category, note; oldest first) with no formula in any text; never onto the log itself.',
    },
    {
      id: 'C6',
      text: 'The log is where `--file` says, else `TALLY_FILE`, else ~/.tally.json; a damaged log is refused with its path and exit code 2, and left as it is.',
    },
  ],
}
