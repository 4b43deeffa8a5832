import { expect, test } from 'vitest'
import { acceptanceFaults, isAcceptancePath } from './acceptance.ts'
import type { Brief } from './brief.ts'
import type { AcceptanceTest, Plan } from './plan.ts'

const brief: Brief = {
  title: 'App',
  summary: 'An app.',
  audience: 'me',
  features: ['works'],
  leftOut: [],
  criteria: [{ id: 'C1', text: 'it works' }],
}

const plan: Plan = {
  slug: 'app',
  toolchain: 'python',
  why: 'it fits',
  traps: [],
  tasks: [
    {
      id: 'T1',
      title: 'it',
      detail: 'it',
      files: ['a.py'],
      dependsOn: [],
      criteria: [{ id: 'T1.1', text: 'it' }],
    },
  ],
  start: { command: 'python3 -m app' },
}

const visible: AcceptanceTest = {
  criterion: 'C1',
  dueAfter: 'T1',
  hidden: false,
  path: 'tests/test_acceptance_c1.py',
  content: 'x',
}
const hidden: AcceptanceTest = { ...visible, hidden: true, path: 'tests/test_hidden_c1.py' }

test('a visible and a hidden test of a known criterion have no faults', () => {
  expect(acceptanceFaults({ stub: [], tests: [visible, hidden] }, brief, plan)).toEqual([])
})

test.each<[string, AcceptanceTest[], string]>([
  ['an unknown criterion', [{ ...hidden, criterion: 'C9' }], 'C9, which the brief'],
  ['an unknown task', [{ ...hidden, dueAfter: 'T9' }], 'T9, which the plan'],
  ['a hidden test with a visible name', [{ ...visible, hidden: true }], 'not named like a hidden'],
  [
    'a visible test with a hidden name',
    [
      { ...hidden, hidden: false },
      { ...hidden, path: 'tests/test_hidden_b.py' },
    ],
    'not named like a visible',
  ],
  ['a test in a folder of its own', [{ ...hidden, path: 'tests/deep/test_hidden_c1.py' }], 'not named like'],
  ['the same path twice', [hidden, hidden], 'appears twice'],
  ['no hidden test', [visible], 'no test is hidden'],
])('%s is a fault', (_what, tests, fault) => {
  expect(acceptanceFaults({ stub: [], tests }, brief, plan).join()).toContain(fault)
})

test('a stub that overwrites a test is a fault', () => {
  const stub = [{ path: hidden.path, content: '' }]
  expect(acceptanceFaults({ stub, tests: [hidden] }, brief, plan)).toEqual([
    `the stub overwrites the test ${hidden.path}`,
  ])
})

test.each([
  ['tests/test_acceptance_c1.py', true],
  ['tests/hidden-c2.test.js', true],
  ['tests/test_store.py', false],
  ['src/test_hidden_c1.py', false],
])('%s is a frozen test: %s', (path, frozen) => {
  expect(isAcceptancePath(path)).toBe(frozen)
})
