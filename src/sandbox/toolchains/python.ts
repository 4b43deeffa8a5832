import type { Check } from '../checks/check.ts'
import type { Files } from '../files.ts'
import { pypi, requirementNames } from './pypi.ts'
import type { Toolchain } from './toolchain.ts'

export const python: Toolchain = {
  id: 'python',
  title: 'Python',
  recognises: paths => paths.some(path => path.endsWith('.py') || path === 'pyproject.toml'),
  manifests: ['pyproject.toml', 'requirements.txt'],
  language: 'python',
  needs: [{ binary: 'python3', oldest: [3, 9] }],
  install: 'apt-get install python3',
  checks: files => [
    { name: 'build', phase: 'build', command: compile(files) },
    ...linters(files),
    ...(hasPytest(files) ? [PYTEST] : unittests([...files.keys()])),
  ],
  testsRun:
    'From the project root: `python3 -m unittest discover -v -s tests`, or `python3 -m unittest -v tests/test_x.py`.',
  testSuite: 'python3 -m unittest discover -s tests',
  testFile: path => ['python3', '-m', 'unittest', '-v', path],
  dependencies: pypi,
}

/** What npm fetched is none of ours, and cannot be written. */
function compile(files: Files): string[] {
  const others = files.has('package.json') ? ['-x', 'node_modules'] : []
  return ['python3', '-m', 'compileall', '-q', ...others, '.']
}

const REPORT = '.reports/pytest.xml'
const PYTEST: Check = {
  name: 'test',
  kind: 'test',
  phase: 'test',
  command: ['python3', '-m', 'pytest', '-p', 'no:cacheprovider', `--junitxml=${REPORT}`],
  report: { format: 'junit', file: REPORT },
}

function hasPytest(files: Files): boolean {
  return requirementNames(files).includes('pytest')
}

/** Only what the project brings itself, for everybody formats otherwise. */
const LINTERS: readonly (Check & { of: string })[] = [
  {
    of: 'ruff',
    name: 'lint',
    kind: 'lint',
    phase: 'lint',
    ...withFix(['ruff', 'check', '.'], ['ruff', 'check', '--fix', '.']),
  },
  {
    of: 'flake8',
    name: 'lint (flake8)',
    kind: 'lint',
    phase: 'lint',
    command: ['python3', '-m', 'flake8', '.'],
  },
  {
    of: 'black',
    name: 'format',
    kind: 'format',
    phase: 'lint',
    ...withFix(['black', '--check', '.'], ['black', '.']),
  },
]

function withFix(check: readonly string[], fix: readonly string[]) {
  return { command: ['python3', '-m', ...check], fix: ['python3', '-m', ...fix] }
}

function linters(files: Files): Check[] {
  const names = requirementNames(files)
  return LINTERS.filter(({ of }) => names.includes(of)).map(({ of: _, ...check }) => check)
}

const DISCOVER = ['python3', '-m', 'unittest', 'discover', '-v']

/** `discover` at the root finds what lies in packages, so a `tests` folder that is none is a second start. */
function unittests(paths: readonly string[]): Check[] {
  const isPackage = paths.includes('tests/__init__.py')
  const inTests = paths.some(path => /^tests\/test[^/]*\.py$/.test(path)) && !isPackage
  const elsewhere = paths.some(
    path => /(^|\/)test[^/]*\.py$/.test(path) && !(inTests && path.startsWith('tests/')),
  )
  const tests: Check = { name: 'test', phase: 'test', command: [...DISCOVER, '-s', 'tests'] }
  const root: Check = { name: inTests ? 'test at the root' : 'test', phase: 'test', command: DISCOVER }
  if (inTests) return elsewhere ? [tests, root] : [tests]
  return [root]
}
