import type { Check } from '../checks/check.ts'
import type { Files } from '../files.ts'
import { javascriptSyntax, NODE } from './javascript.ts'
import { npm } from './npm.ts'
import { packageChecks, packageOf, packagesNamed, packageTest } from './package.ts'
import type { Need, Toolchain } from './toolchain.ts'

const NPM: Need = { binary: 'npm', oldest: [8, 0] }

/** TypeScript on Node: types are checked by the project's own compiler, and tests run as they are, by its own `tsx`. */
export const typescript: Toolchain = {
  id: 'typescript',
  title: 'TypeScript on Node.js',
  recognises: paths => paths.includes('tsconfig.json') && paths.includes('package.json'),
  manifests: ['tsconfig.json'],
  language: 'javascript',
  needs: [NODE, NPM],
  install: 'apt-get install nodejs npm',
  checks: files => [...javascriptSyntax(files), ...types(files), ...packageChecks(files), ...tests(files)],
  testsRun:
    'From the project root: `node --import tsx --test tests/*.test.ts`, or one file: `node --import tsx --test tests/x.test.ts`.',
  testSuite: 'node --import tsx --test tests/*.test.ts',
  testFile: (path, files = new Map()) => [...runner(files), path],
  limits: { lint: { memoryBytes: 2 * 1024 ** 3 } },
  dependencies: { ...npm, always: true },
}

function types(files: Files): Check[] {
  if (!files.has('tsconfig.json') || !names(files).includes('typescript')) return []
  return [{ name: 'types', kind: 'lint', phase: 'lint', command: ['tsc', '--noEmit'] }]
}

/** A tree without tests still has the check, which then fails: no tests are no success. */
function tests(files: Files): Check[] {
  const own = packageTest(files)
  const paths = [...files.keys()].filter(path => /^(?!node_modules\/).*\.test\.[cm]?[jt]sx?$/.test(path))
  const command = [...runner(files), ...paths.slice(0, TEST_FILES_MAX)]
  return own.length > 0 ? own : [{ name: 'test', kind: 'test', phase: 'test', command }]
}

const TEST_FILES_MAX = 500

/** From 22.18 on, Node runs TypeScript by itself; a project that runs on older ones has `tsx`. */
function runner(files: Files): string[] {
  const isOfTree = files.has('package.json')
  return isOfTree && !names(files).includes('tsx')
    ? ['node', '--test']
    : ['node', '--import', 'tsx', '--test']
}

function names(files: Files): string[] {
  return packagesNamed(packageOf(files))
}
