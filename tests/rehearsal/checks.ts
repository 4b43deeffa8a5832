import type { CheckReport } from '../../src/agents/checkText.ts'
import type { AcceptanceTest, ToolchainId } from '../../src/agents/plan.ts'
import { run } from './command.ts'
import { inFolder } from './folder.ts'

type Files = ReadonlyMap<string, string>

/** What a rehearsal here is built with: those that fetch packages are built by the product alone. */
type Offline = Extract<ToolchainId, 'python' | 'node' | 'static-web'>

/** How each toolchain compiles and tests a tree, and runs one acceptance test. */
const TOOLCHAINS: Record<Offline, { tree(files: Files): string[]; one(path: string): string }> = {
  python: {
    tree: () => ['python3 -m compileall -q .', 'python3 -m unittest discover -s tests -v'],
    one: path => `python3 -m unittest ${path} -v`,
  },
  node: { tree: nodeTree, one: path => `node --test ${path}` },
  'static-web': { tree: nodeTree, one: path => `node --test ${path}` },
}

function offline(id: ToolchainId): Offline {
  if (id === 'python' || id === 'node' || id === 'static-web') return id
  throw new Error(`${id} fetches packages`)
}

function nodeTree(files: Files): string[] {
  const scripts = [...files.keys()].filter(path => /\.m?js$/.test(path))
  return [...scripts.map(path => `node --check ${path}`), 'node --test']
}

/** Compiles and tests a tree with the due tests that may be seen, then runs each due test, hidden ones on a copy. */
export async function check(
  files: Files,
  toolchain: ToolchainId,
  due: readonly AcceptanceTest[],
): Promise<CheckReport[]> {
  const { tree, one } = TOOLCHAINS[offline(toolchain)]
  const seen = withTests(
    files,
    due.filter(each => !each.hidden),
  )
  const whole = await reports(seen, tree(seen))
  return [
    ...whole,
    ...(await reports(
      withTests(files, due),
      due.map(each => one(each.path)),
    )),
  ]
}

function withTests(files: Files, tests: readonly AcceptanceTest[]): Files {
  return new Map([...files, ...tests.map(each => [each.path, each.content] as const)])
}

function reports(files: Files, commands: readonly string[]): Promise<CheckReport[]> {
  return inFolder(files, async folder => {
    const all: CheckReport[] = []
    for (const command of commands) {
      const { exitCode, output } = await run(command, folder)
      all.push({ name: command, passed: exitCode === 0, output })
    }
    return all
  })
}

/** What says that a test was asked and the answer was wrong, and what says that it could not even ask. */
const ASSERTED: Record<'python' | 'node', { wrong: RegExp; broken: RegExp }> = {
  python: { wrong: /^FAIL: /m, broken: /^ERROR: /m },
  node: {
    wrong: /ERR_ASSERTION|AssertionError/,
    broken: /ERR_MODULE_NOT_FOUND|SyntaxError|ReferenceError|TypeError:/,
  },
}

/** Why an acceptance test does not properly fail against the stub; undefined when it does. */
export async function stubFault(
  stub: Files,
  toolchain: ToolchainId,
  test: AcceptanceTest,
): Promise<string | undefined> {
  const { wrong, broken } = ASSERTED[toolchain === 'python' ? 'python' : 'node']
  const { exitCode, output } = await inFolder(new Map([...stub, [test.path, test.content]]), folder =>
    run(TOOLCHAINS[offline(toolchain)].one(test.path), folder),
  )
  if (exitCode === 0) return `${test.path} passes against the stub`
  if (!wrong.test(output) || broken.test(output)) return `${test.path} is not red by an assertion:\n${output}`
  return undefined
}
