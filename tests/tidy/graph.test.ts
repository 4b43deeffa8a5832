import { expect, test } from 'vitest'
import { noCycles, noDeadFiles } from './graph.ts'

const tree = (files: Record<string, string>) => Object.entries(files).map(([path, text]) => ({ path, text }))
const page = { 'src/web/main.tsx': '' }

test('three files that import each other in a ring, one of them a type only, are one cycle', () => {
  const ring = tree({
    'src/db/a.ts': "import { b } from './b.ts'",
    'src/db/b.ts': "import type { C } from './c.ts'",
    'src/db/c.ts': "export * from './a.ts'",
  })
  expect(noCycles(ring)).toEqual(['A cycle: src/db/a.ts → src/db/b.ts → src/db/c.ts → src/db/a.ts.'])
})

test('a file that imports itself is a cycle', () => {
  expect(noCycles(tree({ 'src/db/a.ts': "import { a } from './a.ts'" }))).toHaveLength(1)
})

test('two ways to the same file are no cycle', () => {
  const diamond = tree({
    'src/db/a.ts': "import './b.ts'\nimport './c.ts'",
    'src/db/b.ts': "import './d.ts'",
    'src/db/c.ts': "import './d.ts'",
    'src/db/d.ts': '',
  })
  expect(noCycles(diamond)).toEqual([])
})

test('a file that only its test imports is dead', () => {
  const files = tree({
    ...page,
    'src/main.ts': "import './app.ts'",
    'src/app.ts': '',
    'src/lost.ts': '',
    'src/lost.test.ts': "import './lost.ts'",
  })
  expect(noDeadFiles(files)).toEqual(['src/lost.ts is dead: nothing of the product imports it.'])
})

test('two dead files that import each other are both dead', () => {
  const files = tree({
    ...page,
    'src/main.ts': '',
    'src/a.ts': "import './b.ts'",
    'src/b.ts': "import './a.ts'",
  })
  expect(noDeadFiles(files)).toHaveLength(2)
})

test('a script that is started by its name is alive', () => {
  const files = tree({
    ...page,
    'src/main.ts': "spawn(join(import.meta.dirname, 'inside/relay.ts'))",
    'src/inside/relay.ts': '',
  })
  expect(noDeadFiles(files)).toEqual([])
})

test('a house without its entry is reported', () => {
  expect(noDeadFiles(tree(page))).toEqual(['src/main.ts is missing.'])
})
