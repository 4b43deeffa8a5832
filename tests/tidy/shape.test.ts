import { expect, test } from 'vitest'
import { filesAreShort, namesSaySomething, nothingIsUnfinished, theCompilerIsHeard } from './shape.ts'

const file = (text: string, path = 'src/db/rows.ts') => [{ path, text }]

test('400 lines are read in one sitting, 401 are not', () => {
  expect(filesAreShort(file('x\n'.repeat(400)))).toEqual([])
  expect(filesAreShort(file('x\n'.repeat(401)))).toEqual(['src/db/rows.ts has 401 lines: more than 400.'])
})

test.each([
  'src/db/utils.ts',
  'src/helpers/rows.ts',
  'tests/common.ts',
  'src/db/util.test.ts',
  'scripts/misc.sh',
])('%s says nothing', path => expect(namesSaySomething(file('', path))).toHaveLength(1))

test.each(['src/db/database.ts', 'src/db/utility.ts', 'src/llm/rehearsal/apps/a/files/utils.ts'])(
  '%s says something',
  path => expect(namesSaySomething(file('', path))).toEqual([]),
)

test('what a comment leaves for later is reported, and TODO.md is a file name', () => {
  expect(nothingIsUnfinished(file('// TODO: mend this'))).toHaveLength(1)
  expect(nothingIsUnfinished(file('/* FIXME */'))).toHaveLength(1)
  expect(nothingIsUnfinished(file("/** Writes TODO.md. */ const name = 'TODO'"))).toEqual([])
})

test.each([
  'const x = y as any',
  'const x = y as unknown as string',
  '// @ts-ignore\nconst x = 1',
  '// @ts-expect-error it knows better\nconst x = 1',
])('the compiler is not heard: %s', text => expect(theCompilerIsHeard(file(text))).toHaveLength(1))

test('a cast that narrows, and a text about casts, are heard', () => {
  expect(theCompilerIsHeard(file("const x = JSON.parse(y) as Row\nconst z = 'as any'"))).toEqual([])
})
