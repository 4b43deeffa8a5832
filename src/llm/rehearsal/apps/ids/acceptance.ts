import { source } from './source.ts'

/** The frozen tests: what each proves, and the task after which it must pass. */
const TESTS = [
  { criterion: 'C1', dueAfter: 'T1', hidden: false, path: 'tests/acceptance_c1_test.go', source: 'c1.go' },
  { criterion: 'C2', dueAfter: 'T1', hidden: true, path: 'tests/hidden_c2_test.go', source: 'hidden-c2.go' },
  { criterion: 'C3', dueAfter: 'T2', hidden: false, path: 'tests/acceptance_c3_test.go', source: 'c3.go' },
  { criterion: 'C4', dueAfter: 'T1', hidden: true, path: 'tests/hidden_c4_test.go', source: 'hidden-c4.go' },
]

export const acceptance = {
  stub: [
    { path: 'go.mod', content: source('stub/go.mod') },
    { path: 'main.go', content: source('stub/main.go') },
  ],
  tests: TESTS.map(({ source: file, ...test }) => ({ ...test, content: source(`acceptance/${file}`) })),
}
