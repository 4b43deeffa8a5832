import { source } from './source.ts'

/** The frozen tests: what each proves, and the task after which it must pass. */
const TESTS = [
  { criterion: 'C1', dueAfter: 'T1', hidden: false, path: 'tests/acceptance-c1.test.js', source: 'c1.js' },
  { criterion: 'C1', dueAfter: 'T1', hidden: true, path: 'tests/hidden-c1.test.js', source: 'hidden-c1.js' },
  { criterion: 'C2', dueAfter: 'T2', hidden: false, path: 'tests/acceptance-c2.test.js', source: 'c2.js' },
  { criterion: 'C3', dueAfter: 'T2', hidden: false, path: 'tests/acceptance-c3.test.js', source: 'c3.js' },
  { criterion: 'C4', dueAfter: 'T2', hidden: true, path: 'tests/hidden-c4.test.js', source: 'hidden-c4.js' },
  { criterion: 'C5', dueAfter: 'T3', hidden: false, path: 'tests/acceptance-c5.test.js', source: 'c5.js' },
  { criterion: 'C6', dueAfter: 'T4', hidden: false, path: 'tests/acceptance-c6.test.js', source: 'c6.js' },
]

const STUB = [
  'package.json',
  'index.html',
  'app.js',
  'bill.js',
  'result.js',
  'memory.js',
  'server.js',
  'serve.js',
]

export const acceptance = {
  stub: STUB.map(path => ({ path, content: source(`stub/${path}`) })),
  tests: TESTS.map(({ source: file, ...test }) => ({ ...test, content: source(`acceptance/${file}`) })),
}
