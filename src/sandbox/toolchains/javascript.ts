import type { Check } from '../checks/check.ts'
import type { Files } from '../files.ts'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import { packageTest } from './package.ts'
import type { Need } from './toolchain.ts'

export const NODE: Need = { binary: 'node', oldest: [18, 0] }

/** More files than this are not asked one by one: each takes a start of Node. */
const SYNTAX_FILES_MAX = 300

/** Has our own Node, which is new enough to tell modules by their syntax, read every script without running it. */
export function javascriptSyntax(files: Files): Check[] {
  const scripts = [...files.keys()].filter(isScript).slice(0, SYNTAX_FILES_MAX)
  if (scripts.length === 0) return []
  const command = [NODE_INSIDE, `${PROGRAMS_INSIDE}/syntax.mjs`, ...scripts]
  return [{ name: 'syntax', phase: 'lint', command }]
}

/** The tests of a package: its own test script, else what `node --test` finds. */
export function nodeTests(files: Files): Check[] {
  const own = packageTest(files)
  return own.length > 0 ? own : [{ name: 'test', phase: 'test', command: ['node', '--test'] }]
}

export function hasJavaScriptTests(files: Files): boolean {
  return [...files.keys()].some(path => /\.test\.[cm]?js$/.test(path))
}

function isScript(path: string): boolean {
  return /\.[cm]?js$/.test(path) && !/(^|\/)node_modules\//.test(path)
}
