import { expect, test } from 'vitest'
import { filesOf } from '../trial.ts'
import type { ToolchainId } from './toolchain.ts'
import {
  checksFor,
  limitsOf,
  TOOLCHAINS,
  testCommand,
  testSuite,
  toolchainOf,
  toolchainsOf,
} from './toolchains.ts'

const named = (id: ToolchainId, texts: Record<string, string>) =>
  checksFor(id, filesOf(texts)).map(({ name }) => name)

test('every toolchain has a command for all tests', () => {
  expect(Object.keys(testSuite).sort()).toEqual(TOOLCHAINS.map(({ id }) => id).sort())
})

test.each([
  [['go.mod', 'main.go'], 'go'],
  [['Cargo.toml', 'src/main.rs'], 'rust'],
  [['pom.xml'], 'java'],
  [['package.json', 'tsconfig.json', 'src/a.ts'], 'typescript'],
  [['package.json', 'a.js'], 'node'],
  [['sub/go.mod'], undefined],
])('%j looks like %s', (paths, id) => {
  expect(toolchainOf(paths)?.id).toBe(id)
})

test('a page that a Python service shows is checked too, by its manifest at the root', () => {
  const service = { 'app.py': '', 'tests/test_app.py': '' }
  expect(named('python', service)).toEqual(['build', 'test'])
  expect(named('python', { ...service, 'static/index.html': '', 'static/a.js': '' })).toEqual([
    'build',
    'test',
  ])
  expect(named('python', { ...service, 'index.html': '<p>', 'a.js': '' })).toEqual([
    'build',
    'test',
    'page (Static web page)',
    'syntax (Static web page)',
  ])
})

test('a page with a Python service is both', () => {
  expect(named('static-web', { 'index.html': '<p>', 'requirements.txt': '', 'tests/test_a.py': '' })).toEqual(
    ['page', 'build (Python)', 'test (Python)'],
  )
})

test('toolchains of one language check a tree once', () => {
  const files = filesOf({ 'index.html': '', 'package.json': '{}', 'tsconfig.json': '{}' })
  for (const id of ['node', 'typescript', 'static-web'] as const) {
    expect(toolchainsOf(id, files).map(each => each.id)).toEqual([id])
  }
})

test('scripts of a package are checks, and say what mends them', () => {
  const scripts = {
    'format:check': 'fmt --check',
    format: 'fmt',
    lint: 'lint',
    build: 'build',
    test: 'vitest',
  }
  const files = filesOf({ 'package.json': JSON.stringify({ scripts }) })
  expect(checksFor('node', files)).toEqual([
    {
      name: 'format',
      kind: 'format',
      phase: 'lint',
      command: ['/bin/sh', '-c', 'fmt --check'],
      fix: ['/bin/sh', '-c', 'fmt'],
    },
    { name: 'lint', kind: 'lint', phase: 'lint', command: ['/bin/sh', '-c', 'lint'] },
    { name: 'build', kind: 'build', phase: 'build', command: ['/bin/sh', '-c', 'build'] },
    { name: 'test', kind: 'test', phase: 'test', command: ['/bin/sh', '-c', 'vitest'] },
  ])
})

test('Python is formatted and linted only by what the project brings', () => {
  expect(named('python', { 'a.py': '', 'requirements.txt': 'flask==3.0.3\n' })).toEqual(['build', 'test'])
  expect(named('python', { 'a.py': '', 'requirements.txt': 'ruff==0.8.0\nblack\n' })).toEqual([
    'build',
    'lint',
    'format',
    'test',
  ])
})

test('a project that names pytest is tested by it, with a report', () => {
  const files = filesOf({ 'a.py': '', 'pyproject.toml': '[dependency-groups]\ndev = ["pytest>=8"]\n' })
  expect(checksFor('python', files).at(-1)).toMatchObject({
    name: 'test',
    command: ['python3', '-m', 'pytest', '-p', 'no:cacheprovider', '--junitxml=.reports/pytest.xml'],
    report: { format: 'junit', file: '.reports/pytest.xml' },
  })
})

test('every toolchain has a build or a look at syntax, and a test', () => {
  const trees: Record<ToolchainId, Record<string, string>> = {
    python: { 'a.py': '' },
    node: { 'package.json': '{}', 'a.js': '' },
    typescript: { 'package.json': '{"devDependencies":{"typescript":"1"}}', 'tsconfig.json': '{}' },
    'static-web': { 'index.html': '', 'tests/a.test.js': '' },
    go: { 'go.mod': 'module a' },
    rust: { 'Cargo.toml': '' },
    java: { 'pom.xml': '' },
  }
  for (const { id } of TOOLCHAINS) {
    const names = named(id, trees[id])
    expect(names).toContain('test')
    expect(
      names.some(name => ['build', 'syntax', 'types'].includes(name)),
      id,
    ).toBe(true)
  }
})

test.each([
  ['python', 'tests/test_a.py', 'python3 -m unittest -v tests/test_a.py'],
  ['node', 'tests/a.test.js', 'node --test tests/a.test.js'],
  ['typescript', 'tests/a.test.ts', 'node --import tsx --test tests/a.test.ts'],
  ['go', 'tests/a_test.go', 'go test -v tests/a_test.go'],
  ['rust', 'tests/acceptance-c1.rs', 'cargo test --test acceptance-c1'],
  ['java', 'src/test/java/ATest.java', 'mvn -B -o -ntp test -Dtest=ATest'],
] as const)('one file of %s is tested by a command of its own', (id, path, command) => {
  expect(testCommand(id, path).join(' ')).toBe(command)
})

test('TypeScript without tsx is run by Node itself', () => {
  const files = filesOf({ 'package.json': '{}', 'a.test.ts': '' })
  expect(testCommand('typescript', 'a.test.ts', files)).toEqual(['node', '--test', 'a.test.ts'])
})

test('compilers are given more time and memory, in every check and in what is asked for', () => {
  for (const id of ['go', 'rust', 'java'] as const) {
    const [build] = checksFor(id, filesOf({})).filter(({ name }) => name === 'build')
    expect(build?.limits).toEqual(limitsOf(id, 'build'))
    expect(limitsOf(id, 'test').memoryBytes).toBeGreaterThanOrEqual(2 * 1024 ** 3)
  }
  expect(limitsOf('python', 'test')).toEqual({})
  expect(checksFor('python', filesOf({}))[0]).not.toHaveProperty('limits')
})
