import { source } from './source.ts'

/** The frozen tests: what each proves, and the task after which it must pass. */
const TESTS = [
  { criterion: 'C1', dueAfter: 'T2', name: 'c1' },
  { criterion: 'C2', dueAfter: 'T2', name: 'hidden-c2' },
  { criterion: 'C3', dueAfter: 'T2', name: 'c3' },
  { criterion: 'C4', dueAfter: 'T3', name: 'c4' },
  { criterion: 'C4', dueAfter: 'T3', name: 'hidden-c4' },
  { criterion: 'C5', dueAfter: 'T4', name: 'c5' },
  { criterion: 'C5', dueAfter: 'T4', name: 'hidden-c5' },
  { criterion: 'C6', dueAfter: 'T2', name: 'hidden-c6' },
]

export const acceptance = {
  stub: [
    { path: 'tally/__init__.py', content: source('stub/init.py') },
    { path: 'tally/__main__.py', content: source('stub/main.py') },
  ],
  tests: TESTS.map(({ name, ...test }) => ({
    ...test,
    ...named(name),
    content: source(`acceptance/${name}.py`),
  })),
}

/** `hidden-c2` stands for the hidden test `tests/test_hidden_c2.py`. */
function named(name: string): { hidden: boolean; path: string } {
  const hidden = name.startsWith('hidden-')
  return {
    hidden,
    path: hidden ? `tests/test_${name.replace('-', '_')}.py` : `tests/test_acceptance_${name}.py`,
  }
}
