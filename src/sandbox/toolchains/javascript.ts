import { z } from 'zod'
import type { Check } from '../checks/check.ts'
import type { Files } from '../files.ts'
import { NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'

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
  const own = packageScript(files, 'test')
  return own.length > 0 ? own : [{ name: 'test', phase: 'test', command: ['node', '--test'] }]
}

/**
 * A script of `package.json`, if it is there. It is run by a shell, as npm does, for npm is not on every machine; the
 * package's own programs are in the path of every run.
 */
export function packageScript(files: Files, name: 'build' | 'test'): Check[] {
  const script = packageOf(files).scripts[name]
  return script === undefined ? [] : [{ name, phase: name, command: ['/bin/sh', '-c', script] }]
}

const packageSchema = z.looseObject({ scripts: z.record(z.string(), z.string()).catch({}).default({}) })

/** What is understood of `package.json`; nothing when it is missing or broken, which Node then says itself. */
function packageOf(files: Files): z.infer<typeof packageSchema> {
  const content = files.get('package.json')?.content ?? '{}'
  try {
    return packageSchema.parse(JSON.parse(Buffer.from(content).toString('utf8')))
  } catch {
    return { scripts: {} }
  }
}

function isScript(path: string): boolean {
  return /\.[cm]?js$/.test(path) && !/(^|\/)node_modules\//.test(path)
}
