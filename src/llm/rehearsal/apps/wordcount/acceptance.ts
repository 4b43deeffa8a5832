import { source } from './source.ts'

/** The frozen tests: what each proves, and the task after which it must pass. */
const TESTS = [
  { criterion: 'C1', dueAfter: 'T1', hidden: false, path: 'tests/acceptance_c1.rs', source: 'c1.rs' },
  { criterion: 'C2', dueAfter: 'T1', hidden: true, path: 'tests/hidden_c2.rs', source: 'hidden-c2.rs' },
  { criterion: 'C3', dueAfter: 'T2', hidden: false, path: 'tests/acceptance_c3.rs', source: 'c3.rs' },
  { criterion: 'C4', dueAfter: 'T2', hidden: true, path: 'tests/hidden_c4.rs', source: 'hidden-c4.rs' },
]

export const acceptance = {
  stub: [
    { path: 'Cargo.toml', content: source('stub/Cargo.toml') },
    { path: 'src/main.rs', content: source('stub/main.rs') },
  ],
  tests: TESTS.map(({ source: file, ...test }) => ({ ...test, content: source(`acceptance/${file}`) })),
}
