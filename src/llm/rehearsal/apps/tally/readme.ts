export const readme = {
  title: 'Tally',
  overview:
    'An expense log for the terminal. One command notes what was spent; others list it, add it up exactly by month, and export it as CSV. Everything stays in one file that you own.',
  prerequisites: ['Python 3.9 or newer; nothing has to be installed'],
  install: [],
  configuration: [
    'The log is `~/.tally.json`. `TALLY_FILE` names another one for all commands, and `--file PATH`, after the command, one for',
    'this command only.',
  ].join('\n'),
  test: [
    {
      command: 'python3 -m unittest discover -s tests',
      says: 'Runs all tests, the acceptance tests among them.',
    },
  ],
  run: [{ command: 'python3 -m tally --help', says: 'Shows the commands.' }],
  features: [
    'Notes an amount with a category, a day and a note; "12.50" and "12,50" mean the same',
    'Lists expenses, oldest first, of one month or one category if wanted',
    'Adds up each month, or each category of each month, without rounding errors',
    'Exports everything as CSV that no spreadsheet mistakes for formulas',
    'Never leaves a half-written log, and leaves a damaged one alone',
  ],
  usage: [
    {
      command:
        'python3 -m tally add 12.50 food --note "lunch with Ana" --date 2026-03-14 --file example.json',
      says: 'Notes an expense; without `--date` it is of today.',
    },
    { command: 'python3 -m tally list --month 2026-03 --file example.json', says: 'Lists one month.' },
    {
      command: 'python3 -m tally totals --by-category --file example.json',
      says: 'Adds up the categories of each month.',
    },
    { command: 'python3 -m tally export example.csv --file example.json', says: 'Writes everything as CSV.' },
    {
      command: 'python3 -m tally add twelve food --file example.json',
      says: 'A wrong amount is refused with a sentence, and nothing is changed.',
      exitCode: 2,
    },
  ],
  layout: [
    { path: 'tally/cli.py', says: 'the commands' },
    { path: 'tally/expense.py', says: 'what an expense is, and how its parts are read' },
    { path: 'tally/store.py', says: 'the log: where it is, how it is read and replaced' },
    { path: 'tally/totals.py', says: 'sums by month and category' },
    { path: 'tally/export.py', says: 'CSV' },
    { path: 'tests/', says: 'unit tests and acceptance tests' },
    { path: 'docs/', says: 'requirements, architecture and deployment' },
  ],
}
