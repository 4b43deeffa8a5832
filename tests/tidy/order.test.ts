import { expect, test } from 'vitest'
import { importsGoDown } from './order.ts'

const check = (path: string, text: string) => importsGoDown([{ path, text }])

test.each([
  ['src/billing/ledger.ts', "import { life } from '../projects/life.ts'"],
  ['src/billing/ledger.ts', "import type { Life } from '../projects/life.ts'"],
  ['src/billing/ledger.ts', "export * from '../llm/model.ts'"],
  ['src/billing/ledger.ts', "const x = await import('../llm/model.ts')"],
  ['src/billing/ledger.ts', "type X = import('../llm/model.ts').X"],
  ['src/clock.ts', "import { rows } from './db/database.ts'"],
  ['src/http/api.ts', "import { run } from '../cli/run.ts'"],
  ['src/http/api.ts', "import { page } from '../web/page.ts'"],
  ['src/web/app.tsx', "import type { Sql } from '../db/database.ts'"],
  ['src/web/app.tsx', "import { newId } from '../id.ts'"],
])('%s with %s imports upwards', (path, text) => {
  expect(check(path, text)).toEqual([expect.stringContaining('is not below it')])
})

test.each([
  ['src/web/app.tsx', "import { views } from '../http/views.ts'"],
  ['src/web/app.tsx', "import { type View } from '../http/views.ts'"],
  ['src/cli/status.ts', "import { views } from '../http/views.ts'"],
])('%s with %s needs `import type`', (path, text) => {
  expect(check(path, text)).toEqual([expect.stringContaining('by `import type` only')])
})

test.each([
  ['src/billing/ledger.ts', "import { rows } from '../db/database.ts'"],
  [
    'src/billing/ledger.ts',
    "import { audit } from './audit.ts'\nimport { newId } from '../id.ts'\nimport pg from 'pg'",
  ],
  ['src/web/app.tsx', "import type { View } from '../http/views.ts'"],
  ['src/cli/status.ts', "import { life } from '../projects/life.ts'"],
  ['src/main.ts', "import { startApp } from './app.ts'"],
])('%s with %s imports downwards', (path, text) => {
  expect(check(path, text)).toEqual([])
})

test('a folder that nobody gave a place is reported', () => {
  expect(check('src/extras/thing.ts', '')).toEqual([expect.stringContaining('in no folder of the house')])
})
