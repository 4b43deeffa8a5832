import { source } from './source.ts'

/** The frozen tests: what each proves, and the task after which it must pass. */
const TESTS = [
  { criterion: 'C1', dueAfter: 'T2', name: 'c1' },
  { criterion: 'C2', dueAfter: 'T2', name: 'c2' },
  { criterion: 'C2', dueAfter: 'T2', name: 'hidden-c2' },
  { criterion: 'C3', dueAfter: 'T2', name: 'hidden-c3' },
  { criterion: 'C4', dueAfter: 'T2', name: 'c4' },
  { criterion: 'C5', dueAfter: 'T3', name: 'c5' },
  { criterion: 'C5', dueAfter: 'T3', name: 'hidden-c5' },
]

export const acceptance = {
  stub: [
    { path: 'requirements.txt', content: source('stub/requirements.txt') },
    { path: 'requirements-dev.txt', content: source('stub/requirements-dev.txt') },
    { path: 'rooms/__init__.py', content: source('stub/rooms/init.py') },
    { path: 'rooms/__main__.py', content: source('stub/rooms/main.py') },
    { path: 'rooms/store.py', content: source('stub/rooms/store.py') },
    { path: 'rooms/web.py', content: source('stub/rooms/web.py') },
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
