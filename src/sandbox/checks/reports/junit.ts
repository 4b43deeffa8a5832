import { done, type Result, refuse } from '../../../failure.ts'
import { counted, outcomeOf, TESTS_MAX, type TestOutcome, type TestReport } from './outcome.ts'
import { attribute, below, hasDocumentType, type Node, parseXml, textOf } from './xml.ts'

/** A suite of thousands of tests with all their output is smaller. */
const CHARACTERS_MAX = 8 * 1024 ** 2
const DEPTH_MAX = 40

/**
 * Reads JUnit's XML as pytest, surefire, vitest and Node write it; of several files divided by form feeds. There is no
 * document type in any of them, and one that has it is not read.
 */
export function readJunit(text: string): Result<TestReport, 'torn'> {
  if (text.length > CHARACTERS_MAX) return torn('is too large')
  if (hasDocumentType(text)) return torn('has a document type')
  const documents = text.split('\f').filter(part => part.trim() !== '')
  const tests: TestOutcome[] = []
  let claimed = 0
  for (const document of documents) {
    const root = parseXml(document)
    if (root === null || !isReport(root)) return torn('is not whole')
    claimed += walk(root, [], tests, 0)
  }
  if (documents.length === 0) return torn('is empty')
  const { ran, failed } = counted(tests)
  return done({ tests: tests.slice(0, TESTS_MAX), ran, failed: Math.max(failed, claimed) })
}

function torn(what: string) {
  return refuse('torn', `The test report ${what}.`)
}

function isReport(root: Node): boolean {
  return below(root, 'testsuites').length > 0 || below(root, 'testsuite').length > 0
}

/** Collects the tests below a node, and answers how many failures its outermost suites claim. */
function walk(node: Node, groups: readonly string[], tests: TestOutcome[], depth: number): number {
  if (depth > DEPTH_MAX) return 0
  for (const each of below(node, 'testcase')) tests.push(testOf(each, groups))
  const suites = below(node, 'testsuite').map(suite => {
    const inside = walk(suite, groupsOf(suite, groups), tests, depth + 1)
    return Math.max(inside, countOf(suite, 'failures') + countOf(suite, 'errors'))
  })
  const roots = below(node, 'testsuites').map(root => walk(root, groups, tests, depth + 1))
  return [...suites, ...roots].reduce((sum, claimed) => sum + claimed, 0)
}

/** Only suites without classes of their own, as Node's, say more than the names of their tests do. */
function groupsOf(suite: Node, groups: readonly string[]): readonly string[] {
  const named = below(suite, 'testcase').some(
    each => attribute(each, 'classname') === attribute(suite, 'name'),
  )
  const name = attribute(suite, 'name')
  return named && !isPath(name) && Object.hasOwn(suite, '@disabled') ? [...groups, name] : groups
}

function testOf(test: Node, groups: readonly string[]): TestOutcome {
  const skipped = below(test, 'skipped').length > 0
  const faults = [...below(test, 'failure'), ...below(test, 'error')]
  const outcome = skipped ? 'skipped' : faults.length > 0 ? 'failed' : 'passed'
  const holder = attribute(test, 'classname')
  const file = attribute(test, 'file') || (isPath(holder) ? holder : '')
  const isName = holder !== 'test' && !isPath(holder) && !groups.includes(holder)
  return outcomeOf(isName ? [...groups, holder] : groups, attribute(test, 'name'), outcome, {
    file,
    ms: Number(attribute(test, 'time') || Number.NaN) * 1000,
    message: faults.map(fault => attribute(fault, 'message') || textOf(fault)).join('\n'),
  })
}

function isPath(text: string): boolean {
  return text.includes('/') || /\.[cm]?[jt]sx?$/.test(text)
}

function countOf(node: Node, name: string): number {
  const count = Number(attribute(node, name))
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}
