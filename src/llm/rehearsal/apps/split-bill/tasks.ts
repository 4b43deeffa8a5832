/** The tasks of the plan, exact enough that the one who builds them need not ask. */
export const tasks = [
  {
    id: 'T1',
    title: 'Split a bill in whole cents',
    detail: [
      '`bill.js` exports `splitBill({ amountCents, tipPercent, people })`, which returns `{ tipCents, totalCents, shares }`:',
      'the tip rounded half up to a cent, the total, and one share for each person, larger ones first.',
      '`parseCents(text)` reads "48.60", "48,6" and "48"; `formatCents(cents)` writes "48.60".',
      'Bounds: amount 0.01 to 100000.00, tip 0 to 100 percent with up to two decimals, 1 to 50 people.',
      'Anything else throws a RangeError whose message is a sentence for the person.',
      'Also a package.json of type module, and an index.html with no more than the heading "Split the bill".',
    ].join(' '),
    files: ['package.json', 'index.html', 'bill.js', 'tests/bill.test.js'],
    dependsOn: [],
    criteria: [
      {
        id: 'T1.1',
        text: 'The shares are whole cents, add up to the total, and differ by one cent at most.',
      },
      { id: 'T1.2', text: 'The tip is rounded once, half up, without floating point surprises.' },
      {
        id: 'T1.3',
        text: 'What is not an amount, and what is out of bounds, throws a RangeError with a sentence.',
      },
    ],
  },
  {
    id: 'T2',
    title: 'The page and its server',
    detail: [
      '`result.js` exports `resultFor({ amount, tip, people })` of three texts. It returns `{ state, says }` with state',
      '"empty", "problem" or "split"; a split has `tip` and `total` as text too. `index.html` has the fields `amount`, `tip`',
      'and `people`, buttons for common tips and for one person more or fewer, a paragraph with role alert for problems and an',
      'output for the shares; `style.css` makes it fit a phone, in light and dark. `app.js` connects them.',
      '`server.js` exports `pageServer(folderUrl)`, an HTTP server that is not yet listening and gives out only html, css and js',
      'files that lie directly in the folder: 404 otherwise, 405 for other methods than GET and HEAD.',
      '`serve.js` lets it listen on 127.0.0.1 at PORT (8080).',
    ].join(' '),
    files: [
      'index.html',
      'style.css',
      'app.js',
      'result.js',
      'server.js',
      'serve.js',
      'tests/result.test.js',
      'tests/page.test.js',
      'tests/server.test.js',
    ],
    dependsOn: ['T1'],
    criteria: [
      {
        id: 'T2.1',
        text: 'Each field that cannot be read brings its own sentence and no result; an empty amount brings no alarm.',
      },
      {
        id: 'T2.2',
        text: 'Every field has a label, results and problems are in live regions, and the page fits a phone.',
      },
      {
        id: 'T2.3',
        text: 'No address gives out a file that is not part of the page; other methods are refused.',
      },
      { id: 'T2.4', text: 'What was typed never becomes HTML, and nothing is loaded from another server.' },
    ],
  },
  {
    id: 'T3',
    title: 'Remember the last values',
    detail: [
      '`memory.js` exports `remember(storage, { amount, tip, people })` and `recall(storage)`, which returns the same object or',
      'null. One key, `split-bill`, holds them as JSON. What is found is checked before it is used: three texts of at most 20',
      'characters. `app.js` restores the values at the start and keeps them whenever they change.',
    ].join(' '),
    files: ['memory.js', 'app.js', 'tests/memory.test.js'],
    dependsOn: ['T2'],
    criteria: [
      { id: 'T3.1', text: 'What was typed last comes back on the next visit; damaged values are forgotten.' },
      {
        id: 'T3.2',
        text: 'The page still works, without a memory, in a browser that blocks storage or whose storage is full.',
      },
    ],
  },
  {
    id: 'T4',
    title: 'Copy the result as text',
    detail: [
      '`result.js` exports `textOf(result)`: what `says` holds, then a line with total and tip; an empty text when there is',
      'no result. The page gets a button "Copy as text", disabled while there is no result, and a status line.',
      'Where the clipboard is refused, the text is shown there instead, so that it can be selected.',
    ].join(' '),
    files: ['result.js', 'index.html', 'style.css', 'app.js', 'tests/result.test.js'],
    dependsOn: ['T2', 'T3'],
    criteria: [
      { id: 'T4.1', text: 'The text holds every share, the total and the tip.' },
      {
        id: 'T4.2',
        text: 'The button is disabled without a result, and a refused clipboard shows the text instead.',
      },
    ],
  },
]
