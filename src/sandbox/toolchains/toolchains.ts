import { invariant } from '../../failure.ts'
import type { Check } from '../checks/check.ts'
import type { Files } from '../files.ts'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import type { Sandbox } from '../open.ts'
import { javascriptSyntax, nodeTests, packageScript } from './javascript.ts'

/** What this house builds with; each knows its projects by their files, and how they are checked. */
export type Toolchain = {
  id: ToolchainId
  title: string
  /** Whether a project with these paths looks like one of its own. */
  recognises(paths: readonly string[]): boolean
  /** Programs that must be there, and the oldest version of each that will do. */
  needs: readonly Need[]
  /** The command that installs what it needs. */
  install: string
  /** The checks of this tree, in the order in which they are run. */
  checks(files: Files): readonly Check[]
  /** How an app that brings no start command of its own is served, on the port in PORT. */
  start?: readonly string[]
}

export type ToolchainId = 'python' | 'node' | 'static-web'

/** The program is asked by `--version`; the first number in its answer counts. */
export type Need = { binary: string; oldest: readonly [major: number, minor: number] }

const NODE: Need = { binary: 'node', oldest: [18, 0] }

/** In the order in which they are asked whether a project is theirs. */
export const TOOLCHAINS: readonly Toolchain[] = [
  {
    id: 'python',
    title: 'Python',
    recognises: paths => paths.some(path => path.endsWith('.py') || path === 'pyproject.toml'),
    needs: [{ binary: 'python3', oldest: [3, 9] }],
    install: 'apt-get install python3',
    checks: files => [
      { name: 'build', phase: 'build', command: ['python3', '-m', 'compileall', '-q', '.'] },
      ...unittests([...files.keys()]),
    ],
  },
  {
    id: 'static-web',
    title: 'Static web page',
    recognises: paths => paths.includes('index.html'),
    needs: [NODE],
    install: 'apt-get install nodejs',
    checks: files => [
      { name: 'page', phase: 'build', command: ['test', '-s', 'index.html'] },
      ...javascriptSyntax(files),
      ...(hasJavaScriptTests(files) ? nodeTests(files) : []),
    ],
    start: [NODE_INSIDE, `${PROGRAMS_INSIDE}/static-server.mjs`],
  },
  {
    id: 'node',
    title: 'Node.js',
    recognises: paths => paths.includes('package.json'),
    needs: [NODE],
    install: 'apt-get install nodejs',
    checks: files => [...javascriptSyntax(files), ...packageScript(files, 'build'), ...nodeTests(files)],
  },
]

/** The toolchain of a project with these paths, or null. */
export function toolchainOf(paths: readonly string[]): Toolchain | null {
  return TOOLCHAINS.find(({ recognises }) => recognises(paths)) ?? null
}

/** The checks of a tree by its toolchain, in the order in which they are run. */
export function checksFor(id: ToolchainId, files: Files): readonly Check[] {
  const toolchain = TOOLCHAINS.find(each => each.id === id)
  invariant(toolchain !== undefined, `${id} is a toolchain`)
  return toolchain.checks(files)
}

/** The command that a README gives for all tests. */
export const testSuite: Readonly<Record<ToolchainId, string>> = {
  python: 'python3 -m unittest discover -s tests',
  node: 'node --test',
  'static-web': 'node --test',
}

/** How each toolchain runs tests, for whoever writes them. */
export const testsRun: Readonly<Record<ToolchainId, string>> = {
  python:
    'From the project root: `python3 -m unittest discover -v -s tests`, or `python3 -m unittest -v tests/test_x.py`.',
  node: 'From the project root: `node --test`, or `node --test tests/x.test.js`.',
  'static-web':
    'From the project root, in Node and without a browser: `node --test`, or `node --test tests/x.test.js`.',
}

/** The command that runs the tests of one file. */
export function testCommand(toolchain: ToolchainId, path: string): string[] {
  return toolchain === 'python' ? ['python3', '-m', 'unittest', '-v', path] : ['node', '--test', path]
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

function hasJavaScriptTests(files: Files): boolean {
  return [...files.keys()].some(path => /\.test\.[cm]?js$/.test(path))
}

/** A toolchain as it is found inside the sandbox of this machine. */
export type FoundToolchain = {
  id: ToolchainId
  title: string
  available: boolean
  /** Of its first program; null when that is missing. */
  version: string | null
  /** What is missing or too old, in words. */
  missing: readonly string[]
  /** The command that installs it. */
  install: string
}

/** Asks every program of every toolchain for its version, in one run. */
export async function detectToolchains(sandbox: Sandbox): Promise<FoundToolchain[]> {
  const versions = await askVersions(sandbox, [
    ...new Set(TOOLCHAINS.flatMap(({ needs }) => needs.map(binaryOf))),
  ])
  return TOOLCHAINS.map(({ id, title, needs, install }) => {
    const missing = needs.flatMap(need => lacks(need, versions.get(need.binary)))
    const version = versions.get(needs[0]?.binary ?? '') ?? null
    return { id, title, available: missing.length === 0, version, missing, install }
  })
}

/** Prints a line for each: its name, a blank, and the answer. */
const ASK = 'for binary; do echo "$binary $("$binary" --version 2>&1 | head -n 1)"; done'

async function askVersions(sandbox: Sandbox, binaries: readonly string[]): Promise<Map<string, string>> {
  const workspace = await sandbox.workspace(new Map())
  try {
    const command = ['/bin/sh', '-c', ASK, 'ask', ...binaries]
    const { stdout } = await sandbox.run({ workspace: workspace.dir, phase: 'lint', command })
    return new Map(stdout.split('\n').flatMap(versionIn))
  } finally {
    await workspace.dispose()
  }
}

function versionIn(line: string): [string, string][] {
  const [, binary, version] = /^(\S+) .*?(\d+\.\d+(?:\.\d+)*)/.exec(line) ?? []
  return binary === undefined || version === undefined ? [] : [[binary, version]]
}

function lacks({ binary, oldest }: Need, version: string | undefined): string[] {
  if (version === undefined) return [`${binary} is missing`]
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  return enough ? [] : [`${binary} ${version} is older than ${oldest.join('.')}`]
}

function binaryOf({ binary }: Need): string {
  return binary
}
