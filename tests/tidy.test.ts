import { expect, test } from 'vitest'
import { drawLife } from '../src/projects/life.ts'
import { noMachineIsNamed, theLockNamesNoHost, versionsAreExact } from './tidy/belongings.ts'
import { theLifeIsDrawn } from './tidy/drawing.ts'
import { noCycles, noDeadFiles } from './tidy/graph.ts'
import { importsGoDown } from './tidy/order.ts'
import { ownersKeepTheirs } from './tidy/owners.ts'
import { filesAreShort, namesSaySomething, nothingIsUnfinished, theCompilerIsHeard } from './tidy/shape.ts'
import { type Rule, readTree } from './tidy/tree.ts'

/** The house rules, held by this checkout. That each of them can be broken is shown beside it, in tests/tidy/. */
const RULES: Readonly<Record<string, Rule>> = {
  'imports go one way': importsGoDown,
  'no files import each other in a ring': noCycles,
  'no file is dead': noDeadFiles,
  'each outside thing is used by its owner only': ownersKeepTheirs,
  'no file is long': filesAreShort,
  'every name says something': namesSaySomething,
  'nothing is left for later': nothingIsUnfinished,
  'the compiler is never silenced': theCompilerIsHeard,
  'no machine and no registry is named': noMachineIsNamed,
  'the lock file names no host': theLockNamesNoHost,
  'package versions are exact': versionsAreExact,
  'the life of a project is drawn in docs/ARCHITECTURE.md as it is': theLifeIsDrawn(drawLife()),
}

const files = readTree()

test.each(Object.entries(RULES))('%s', (_, rule) => {
  expect(rule(files)).toEqual([])
})

test('the checkout was read', () => {
  expect(files.map(file => file.path)).toEqual(
    expect.arrayContaining(['package.json', 'src/clock.ts', 'tests/tidy.test.ts']),
  )
})
