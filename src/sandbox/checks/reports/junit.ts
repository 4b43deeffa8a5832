import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { done, type Result, refuse } from '../../../failure.ts'
import { counted, outcomeOf, TESTS_MAX, type TestOutcome, type TestReport } from './outcome.ts'

/** A suite of thousands of tests with all their output is smaller. */
const CHARACTERS_MAX = 8 * 1024 ** 2
const DEPTH_MAX = 40

/**
 * Reads JUnit's XML as pytest, surefire, vitest and Node write it; of several files one after the other. There is no
 * document type in any of them, and one that has it is not read.
 */
export function readJunit(text: string): Result<TestReport, 'torn'> {
  if (text.length > CHARACTERS_MAX) return torn('is too large')
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return torn('has a document type')
  const documents = text.split(/(?=<\?xml )/).filter(part => part.trim() !== '')
  const tests: TestOutcome[] = []
  let claimed = 0
  for (const document of documents) {
    const root = parsed(document)
    if (root === null) return torn('is not whole')
    claimed += walk(root, [], tests, 0)
  }
  if (documents.length === 0) return torn('is empty')
  const { ran, failed } = counted(tests)
  return done({ tests: tests.slice(0, TESTS_MAX), ran, failed: Math.max(failed, claimed) })
}

function torn(what: string) {
  return refuse('torn', `The test report ${what}.`)
}

type Node = Readonly<Record<string, unknown>>

/** Entities are left as they are, and only the five of XML itself and numbers are replaced later. */
const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  alwaysCreateTextNode: true,
  maxNestedTags: DEPTH_MAX,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
})

function parsed(document: string): Node | null {
  try {
    if (XMLValidator.validate(document) !== true) return null
    const root: unknown = PARSER.parse(document)
    return isNode(root) && (Object.hasOwn(root, 'testsuites') || Object.hasOwn(root, 'testsuite'))
      ? root
      : null
  } catch {
    return null
  }
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
    message: faults.map(fault => attribute(fault, 'message') || decoded(textOf(fault))).join('\n'),
  })
}

function isPath(text: string): boolean {
  return text.includes('/') || /\.[cm]?[jt]sx?$/.test(text)
}

function below(node: Node, name: string): Node[] {
  const found = Object.hasOwn(node, name) ? node[name] : undefined
  return Array.isArray(found) ? found.filter(isNode) : []
}

function countOf(node: Node, name: string): number {
  const count = Number(attribute(node, name))
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}

function attribute(node: Node, name: string): string {
  const value = node[`@${name}`]
  return typeof value === 'string' ? decoded(value) : ''
}

function textOf(node: Node): string {
  const text = node['#text']
  if (Array.isArray(text)) return text.join('')
  return typeof text === 'string' ? text : ''
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos));/gi,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES[`${name}`.toLowerCase()] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}
