import { type Import, sourceOf } from './source.ts'
import { isSource, type Rule } from './tree.ts'

/** From top to bottom: a folder (or a file of its own) imports only from those below it. The last are the leaves. */
const FOLDERS = [
  'main',
  'app',
  'cli',
  'telegram',
  'http',
  'web',
  'projects',
  'agents',
  'codeindex',
  'editing',
  'workspace',
  'sandbox',
  'llm',
  'billing',
  'jobs',
  'alerts',
  'db',
]
const LEAVES = ['clock', 'config', 'failure', 'id', 'log', 'metrics', 'underWay']

/** Who may name another's types only, and never its values: the page runs in a browser, the terminal talks HTTP. */
const BY_TYPE_ONLY: Readonly<Record<string, readonly string[]>> = { web: ['http', 'projects'], cli: ['http'] }

/** Imports go one way: downwards. */
export const importsGoDown: Rule = files =>
  files
    .filter(isSource)
    .map(sourceOf)
    .flatMap(source => [
      ...unknown(folderOf(source.path), source.path),
      ...source.imports
        .filter(({ target }) => target.startsWith('src/') && !mayImport(folderOf(source.path), target))
        .map(({ target }) => `${source.path} may not import ${target}: it is not below it.`),
      ...source.imports
        .filter(one => isValueOfTypeOnly(folderOf(source.path), one))
        .map(({ target }) => `${source.path} may import ${target} by \`import type\` only.`),
    ])

/** `projects` of src/projects/work/brief.ts, `clock` of src/clock.ts. */
function folderOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/(\.test)?\.tsx?$/, '')
}

function unknown(folder: string, path: string): string[] {
  const known = FOLDERS.includes(folder) || LEAVES.includes(folder)
  return known ? [] : [`${path} is in no folder of the house: give it a place in tests/tidy/order.ts.`]
}

function mayImport(from: string, target: string): boolean {
  const to = folderOf(target)
  if (from === to || LEAVES.includes(to)) return from !== 'web' || to === 'web'
  const allowed = BY_TYPE_ONLY[from]
  if (from === 'web') return allowed?.includes(to) ?? false
  if (to === 'web' || LEAVES.includes(from)) return false
  return FOLDERS.indexOf(to) > FOLDERS.indexOf(from)
}

function isValueOfTypeOnly(from: string, one: Import): boolean {
  const restricted = BY_TYPE_ONLY[from] ?? []
  return one.target.startsWith('src/') && restricted.includes(folderOf(one.target)) && !one.typeOnly
}
