import { source } from './source.ts'

/** The frozen tests: what each proves, and the task after which it must pass. */
const TESTS = [
  {
    criterion: 'C1',
    dueAfter: 'T1',
    hidden: false,
    path: 'src/test/java/AcceptanceC1Test.java',
    source: 'c1.java',
  },
  {
    criterion: 'C2',
    dueAfter: 'T1',
    hidden: true,
    path: 'src/test/java/HiddenC2Test.java',
    source: 'hidden-c2.java',
  },
  {
    criterion: 'C3',
    dueAfter: 'T1',
    hidden: false,
    path: 'src/test/java/AcceptanceC3Test.java',
    source: 'c3.java',
  },
  {
    criterion: 'C4',
    dueAfter: 'T2',
    hidden: true,
    path: 'src/test/java/HiddenC4Test.java',
    source: 'hidden-c4.java',
  },
]

export const acceptance = {
  stub: [
    { path: 'pom.xml', content: source('stub/pom.xml') },
    { path: 'src/main/java/csvjson/App.java', content: source('stub/App.java') },
  ],
  tests: TESTS.map(({ source: file, ...test }) => ({ ...test, content: source(`acceptance/${file}`) })),
}
