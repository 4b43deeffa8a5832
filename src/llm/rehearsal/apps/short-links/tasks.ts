/** The tasks of the plan, exact enough that the one who builds them need not ask. */
export const tasks = [
  {
    id: 'T1',
    title: 'Links and their names',
    detail: [
      'package.json (type module, Node 20; hono, @hono/node-server, zod and tsx; typescript and @types/node for development;',
      'scripts `types` and `test`), a strict tsconfig.json, .gitignore for node_modules and links.json.',
      '`src/refusal.ts`: class Refusal, an Error with `reason` "unreadable", "taken", "unknown" or "full" and a sentence.',
      '`src/link.ts`: `readWish(body)` reads { url, name? } with zod or throws "unreadable": a web address of at most 2000',
      'characters, normalised; a name of up to 40 lower-case letters, digits and dashes, not "links". `linkSchema` and type Link',
      '{ name, url, visits }; `randomName()` of six letters that are easy to read. `src/links.ts`: class Links with `add(wish)`,',
      '`all()` (newest first), `get(name)`, `visit(name)`, `remove(name)`; at most 10 000 links.',
    ].join(' '),
    files: [
      'package.json',
      'tsconfig.json',
      '.gitignore',
      'src/refusal.ts',
      'src/link.ts',
      'src/links.ts',
      'tests/link.test.ts',
      'tests/links.test.ts',
    ],
    dependsOn: [],
    criteria: [
      { id: 'T1.1', text: 'A link is found under its name, a name is given once, and visits are counted.' },
      { id: 'T1.2', text: 'What is no address or no name is refused with a sentence, unknown fields too.' },
      { id: 'T1.3', text: 'No link leads a browser to run a script or to read a local file.' },
    ],
  },
  {
    id: 'T2',
    title: 'The HTTP API',
    detail: [
      '`src/app.ts`: `createApp(links)` returns a Hono app. `POST /links` answers 201 with the link as JSON and its address',
      '`/NAME` as Location; `GET /links` and `GET /links/:name` show links; `DELETE /links/:name` answers 204; `GET /:name`',
      'redirects with 302 and counts; `GET /` says in plain text what can be asked. A Refusal becomes { "error": sentence }',
      'with 400 unreadable, 409 taken, 404 unknown, 507 full; a body of more than 10 000 bytes 413; what nobody foresaw 500',
      'without details, noted on standard error.',
    ].join(' '),
    files: ['src/app.ts', 'tests/app.test.ts'],
    dependsOn: ['T1'],
    criteria: [
      { id: 'T2.1', text: 'A short address leads to the long one, and browsers do not remember it.' },
      { id: 'T2.2', text: 'Links can be made, listed newest first, shown and removed.' },
      { id: 'T2.3', text: 'Every refusal has its status and a sentence; no error shows what is inside.' },
    ],
  },
  {
    id: 'T3',
    title: 'Keep the links in a file, and serve',
    detail: [
      '`Links` takes the links that are known and a function `keep(links)`, called before a change counts; when it throws, the',
      'change is taken back. `src/store.ts`: `openLinks(file)` reads { "version": 1, "links": [...] } and keeps every change by',
      'replacing the file in one step; a missing file is empty, a damaged one throws DamagedFile, which names the path.',
      '`src/main.ts` serves on HOST (127.0.0.1) and PORT (3000) with LINKS_FILE (links.json); a damaged file ends it with one',
      'sentence and exit code 2; SIGINT and SIGTERM close it.',
    ].join(' '),
    files: ['src/links.ts', 'src/store.ts', 'src/main.ts', 'tests/links.test.ts', 'tests/store.test.ts'],
    dependsOn: ['T2'],
    criteria: [
      { id: 'T3.1', text: 'Links, visits and removals are there again after a restart, in their order.' },
      { id: 'T3.2', text: 'A damaged file is refused by its path and left as it is.' },
      { id: 'T3.3', text: 'A change that cannot be kept does not count; no kill leaves half a file.' },
    ],
  },
]
