import type { Brief } from './brief.ts'
import type { Acceptance, AcceptanceTest, Plan } from './plan.ts'

/** The names of frozen tests, visible and hidden; nothing else in a project may be called so. */
const VISIBLE = named('acceptance', 'Acceptance')
const HIDDEN = named('hidden', 'Hidden')

/** As each language's test runner finds its files. */
function named(word: string, capital: string): RegExp {
  const inTests = [
    `test_${word}_\\w+\\.py`,
    `${word}-[\\w-]+\\.test\\.[jt]s`,
    `${word}_\\w+_test\\.go`,
    `${word}_\\w+\\.rs`,
  ]
  return new RegExp(`^(tests/(${inTests.join('|')})|src/test/java/${capital}\\w+Test\\.java)$`)
}

/** Whether a path is that of a frozen acceptance test, which no edit may touch. */
export function isAcceptancePath(path: string): boolean {
  return VISIBLE.test(path) || HIDDEN.test(path)
}

/** What is wrong with acceptance tests that fit the schema; empty when they can be frozen. */
export function acceptanceFaults({ stub, tests }: Acceptance, brief: Brief, plan: Plan): string[] {
  const criteria = new Set(brief.criteria.map(each => each.id))
  const tasks = new Set(plan.tasks.map(each => each.id))
  const paths = tests.map(each => each.path)
  return [
    ...tests
      .filter(each => !criteria.has(each.criterion))
      .map(each => `${each.path} proves ${each.criterion}, which the brief does not have`),
    ...tests
      .filter(each => !tasks.has(each.dueAfter))
      .map(each => `${each.path} is due after ${each.dueAfter}, which the plan does not have`),
    ...tests
      .filter(each => !isNamedRight(each))
      .map(
        each => `${each.path} is not named like ${each.hidden ? 'a hidden' : 'a visible'} acceptance test`,
      ),
    ...paths.filter((path, at) => paths.indexOf(path) !== at).map(path => `${path} appears twice`),
    ...stub
      .filter(each => paths.includes(each.path))
      .map(each => `the stub overwrites the test ${each.path}`),
    ...(tests.some(each => each.hidden) ? [] : ['no test is hidden']),
  ]
}

function isNamedRight({ path, hidden }: AcceptanceTest): boolean {
  return hidden ? HIDDEN.test(path) : VISIBLE.test(path)
}
