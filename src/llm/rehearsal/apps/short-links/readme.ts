import { start } from './plan.ts'

export const readme = {
  title: 'Short links',
  overview:
    'A small HTTP API that gives long web addresses short names. Whoever opens the short one is sent to the long one, and the visit is counted. Links can be listed and removed, and are kept in one file that you own. All requests are described in docs/api.md.',
  prerequisites: ['Node 20 or newer, with npm'],
  install: [{ command: 'npm ci', says: 'Installs the packages that the lock file names.' }],
  configuration: [
    '| setting | default | meaning |',
    '| --- | --- | --- |',
    '| `PORT` | `3000` | the port it listens on |',
    '| `HOST` | `127.0.0.1` | the address it listens on; there are no accounts, so let a proxy decide who may write |',
    '| `LINKS_FILE` | `links.json` | the file that keeps the links |',
  ].join('\n'),
  test: [{ command: 'npm test', says: 'Runs all tests, the acceptance tests among them.' }],
  run: [
    {
      command: start.command,
      says: 'Serves the API at http://127.0.0.1:3000 until Ctrl-C.',
      serves: start.serves,
    },
  ],
  features: [
    'Short names that you choose, or that are made up and easy to read aloud',
    'Redirects that browsers do not remember, so that visits are counted and links can be removed',
    'Only http and https addresses, and one clear sentence for everything that is refused',
    'A list of all links, newest first, with their visits',
    'One JSON file, replaced in one step: a kill never leaves half of it',
  ],
  usage: [
    { command: 'npm run types', says: 'Has the compiler check all types.' },
    {
      command: `LINKS_FILE=package.json ${start.command}`,
      says: 'A file that holds anything else is refused with a sentence and left as it is.',
      exitCode: 2,
    },
  ],
  layout: [
    { path: 'src/main.ts', says: 'settings, start and end of the server' },
    { path: 'src/app.ts', says: 'the requests and their answers' },
    { path: 'src/links.ts', says: 'all links by their names' },
    { path: 'src/link.ts', says: 'what a link is, and how what was sent is read' },
    { path: 'src/store.ts', says: 'the file: how it is read and replaced' },
    { path: 'src/refusal.ts', says: 'why a request cannot be carried out' },
    { path: 'tests/', says: 'unit tests and acceptance tests' },
    { path: 'docs/', says: 'requirements, architecture, API and deployment' },
  ],
}
