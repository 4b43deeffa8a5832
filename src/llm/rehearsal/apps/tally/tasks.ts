/** The tasks of the plan, exact enough that the one who builds them need not ask. */
export const tasks = [
  {
    id: 'T1',
    title: 'Expenses and the file that keeps them',
    detail: [
      '`tally/expense.py`: a frozen dataclass Expense(number, day, amount, category, note); `parse_amount` ("12.50", "12,5",',
      '"12": a Decimal with two decimals, above zero, below ten million), `parse_day` ("2026-03-14") and `parse_text` (one',
      'printable line of at most 200 characters); what cannot be read raises TallyError with a sentence for the person.',
      '`tally/store.py`: `log_path(option)` (the option, else TALLY_FILE, else ~/.tally.json), `load(path)`, `save(path,',
      'expenses)`. The log is JSON: {"version": 1, "expenses": [...]} with amounts as text. A missing log is empty, a damaged',
      'one raises TallyError that names the path. Also a .gitignore for __pycache__/.',
    ].join(' '),
    files: [
      '.gitignore',
      'tally/__init__.py',
      'tally/expense.py',
      'tally/store.py',
      'tests/test_expense.py',
      'tests/test_store.py',
    ],
    dependsOn: [],
    criteria: [
      {
        id: 'T1.1',
        text: 'Amounts are exact decimals; what is no amount, day or text is refused with a sentence.',
      },
      { id: 'T1.2', text: 'What was saved is loaded again unchanged; a damaged log is refused by its path.' },
      {
        id: 'T1.3',
        text: 'A write that is interrupted at any moment leaves the old log or the new one, never a half.',
      },
    ],
  },
  {
    id: 'T2',
    title: 'Add and list from the command line',
    detail: [
      '`tally/cli.py` with argparse: `main(argv=None)` returns the exit code; TallyError is printed as "tally: ..." on standard',
      'error and ends with 2. `add AMOUNT CATEGORY [--note TEXT] [--date DAY]` (today unless given) gives the next number and',
      'says what it noted. `list [--month YYYY-MM] [--category NAME]` prints number, day, amount, category, note, oldest first,',
      'or "No expenses." Every command takes `--file PATH`. Input is read before the log is opened. `tally/__main__.py` starts',
      'it. `expense.py` gets `parse_month`, `parse_category` (lower case, not empty) and the property `month`.',
    ].join(' '),
    files: ['tally/cli.py', 'tally/__main__.py', 'tally/expense.py', 'tests/test_cli.py'],
    dependsOn: ['T1'],
    criteria: [
      { id: 'T2.1', text: 'An expense that was added is listed by a later run, in the order of the days.' },
      { id: 'T2.2', text: 'Month and category narrow the list, alone and together; nothing found is said.' },
      {
        id: 'T2.3',
        text: 'Wrong input ends with exit code 2 and one sentence on standard error, and changes nothing.',
      },
    ],
  },
  {
    id: 'T3',
    title: 'Totals by month and category',
    detail: [
      '`tally/totals.py`: `by_month` and `by_category` give pairs of a name, ("2026-03",) or ("2026-03", "food"), and the exact',
      'sum, sorted by name, whatever the order in the log. `totals [--by-category]` prints one line each: month, category if',
      'wanted, sum; or "No expenses."',
    ].join(' '),
    files: ['tally/totals.py', 'tally/cli.py', 'tests/test_totals.py'],
    dependsOn: ['T2'],
    criteria: [
      { id: 'T3.1', text: 'Sums are exact decimals: ten times 0.10 is 1.00.' },
      {
        id: 'T3.2',
        text: 'Each month, or category of a month, has one line, in order, however the log is ordered.',
      },
    ],
  },
  {
    id: 'T4',
    title: 'Export as CSV',
    detail: [
      '`tally/export.py`: `write_csv(stream, expenses)` with the header date,amount,category,note; text that begins with one of',
      '= + - @ gets an apostrophe in front. `export TARGET` writes it in UTF-8, oldest first, and says how many; "-" is the',
      'terminal. It refuses to write onto the log itself, and says when it cannot write.',
    ].join(' '),
    files: ['tally/export.py', 'tally/cli.py', 'tests/test_export.py', 'tests/test_cli.py'],
    dependsOn: ['T2'],
    criteria: [
      {
        id: 'T4.1',
        text: 'Commas, quotes and accents come back unchanged when the CSV is read; formulas become text.',
      },
      {
        id: 'T4.2',
        text: 'The log is never overwritten by an export; a target that cannot be written is said.',
      },
    ],
  },
]

/** What a wish for the delivered app adds. */
export const removal = [
  {
    id: 'T5',
    title: 'Remove an expense',
    detail: [
      '`remove NUMBER` takes the expense with that number, as `list` shows it, out of the log and says which it was. The other',
      'numbers stay. A number that is not there is refused with exit code 2 and a sentence, and nothing is changed.',
    ].join(' '),
    files: ['tally/cli.py', 'tests/test_cli.py'],
    dependsOn: ['T2'],
    criteria: [
      { id: 'T5.1', text: 'Exactly the expense with that number is gone; the others keep their numbers.' },
      { id: 'T5.2', text: 'A number that is not there is refused with a sentence and changes nothing.' },
    ],
  },
]
