import { start } from './plan.ts'

export const readme = {
  title: 'Split the bill',
  overview:
    'A page for the restaurant table: type the amount, pick the tip, say how many you are, and see what each of you pays. The shares always add up to the cent. It is static, has no dependencies, and nothing leaves the device.',
  prerequisites: [
    'A browser of the last five years to use the page',
    'Node 18 or newer to serve it here and to run the tests',
  ],
  install: [],
  configuration:
    '`PORT` is the port of the local server; 8080 when it is not set. The page itself has no settings.',
  test: [{ command: 'node --test', says: 'Runs all tests, the acceptance tests among them.' }],
  run: [
    {
      command: start.command,
      says: 'Serves the page at http://127.0.0.1:8080 until Ctrl-C.',
      serves: start.serves,
    },
  ],
  features: [
    'Amount, tip in percent (common ones as buttons) and number of people',
    'Shares that add up exactly; when it does not divide evenly, the first people pay a cent more',
    'Amounts with a point or a comma; one clear sentence for what cannot be read',
    'The last values come back on the next visit',
    'The result can be copied as a short text',
    'Works on a phone, by keyboard and with a screen reader, in light and dark',
  ],
  usage: [
    {
      command: `node -e "import('./bill.js').then(({ splitBill }) => console.log(splitBill({ amountCents: 10000, tipPercent: 10, people: 3 })))"`,
      says: 'The arithmetic can be used without the page; this splits 100.00 and a tip of 10 percent for three people.',
    },
  ],
  layout: [
    { path: 'index.html', says: 'what is on the page' },
    { path: 'style.css', says: 'how it looks, in light and dark' },
    { path: 'app.js', says: 'connects the fields and buttons to the result' },
    { path: 'result.js', says: 'what the page says for what was typed' },
    { path: 'bill.js', says: 'the arithmetic, in whole cents' },
    { path: 'memory.js', says: 'the last values, kept in the browser' },
    { path: 'server.js', says: 'serves the files of the page and nothing else' },
    { path: 'serve.js', says: 'starts that server' },
    { path: 'tests/', says: 'unit tests and acceptance tests' },
    { path: 'docs/', says: 'requirements, architecture and deployment' },
  ],
}
