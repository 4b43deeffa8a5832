import { source } from './source.ts'

/** The frozen tests: what each proves, and the task after which it must pass. */
const TESTS = [
  { criterion: 'C1', dueAfter: 'T2', name: 'c1' },
  { criterion: 'C2', dueAfter: 'T2', name: 'c2' },
  { criterion: 'C2', dueAfter: 'T2', name: 'hidden-c2' },
  { criterion: 'C3', dueAfter: 'T2', name: 'c3' },
  { criterion: 'C4', dueAfter: 'T2', name: 'hidden-c4' },
  { criterion: 'C5', dueAfter: 'T3', name: 'c5' },
  { criterion: 'C5', dueAfter: 'T3', name: 'hidden-c5' },
]

const STUB = ['package.json', 'tsconfig.json', 'src/app.ts', 'src/links.ts', 'src/store.ts', 'src/main.ts']

export const acceptance = {
  stub: STUB.map(path => ({ path, content: source(`stub/${path}`) })),
  tests: TESTS.map(({ name, ...test }) => ({
    ...test,
    ...named(name),
    content: source(`acceptance/${name}.ts`),
  })),
}

/** `hidden-c2` stands for the hidden test `tests/hidden-c2.test.ts`. */
function named(name: string): { hidden: boolean; path: string } {
  const hidden = name.startsWith('hidden-')
  return { hidden, path: hidden ? `tests/${name}.test.ts` : `tests/acceptance-${name}.test.ts` }
}
