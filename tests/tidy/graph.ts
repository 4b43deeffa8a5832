import { type Source, sourceOf } from './source.ts'
import { isSource, isTest, type Rule } from './tree.ts'

/** Where the product begins: the server and commands, and the page. */
const ENTRIES = ['src/main.ts', 'src/web/main.tsx']

/** No file imports itself by way of others, types included. */
export const noCycles: Rule = files => {
  const sources = bySourcePath(files.filter(isSource).map(sourceOf))
  const finished = new Set<string>()
  return [...sources.keys()].flatMap(path => cyclesFrom(path, [], sources, finished))
}

/** Every source file is reached from where the product begins; what only tests reach is dead. */
export const noDeadFiles: Rule = files => {
  const sources = bySourcePath(files.filter(file => isSource(file) && !isTest(file)).map(sourceOf))
  const missing = ENTRIES.filter(path => !sources.has(path)).map(path => `${path} is missing.`)
  const alive = reachedFrom(ENTRIES, sources)
  const dead = [...sources.keys()].filter(path => !alive.has(path))
  return [...missing, ...dead.map(path => `${path} is dead: nothing of the product imports it.`)]
}

type Sources = ReadonlyMap<string, Source>

function bySourcePath(sources: Source[]): Sources {
  return new Map(sources.map(source => [source.path, source]))
}

function cyclesFrom(path: string, trail: string[], sources: Sources, finished: Set<string>): string[] {
  if (trail.includes(path)) return [`A cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}.`]
  const source = sources.get(path)
  if (!source || finished.has(path)) return []
  const targets = [...new Set(source.imports.map(one => one.target))]
  const cycles = targets.flatMap(target => cyclesFrom(target, [...trail, path], sources, finished))
  finished.add(path)
  return cycles
}

function reachedFrom(entries: readonly string[], sources: Sources): Set<string> {
  const alive = new Set(entries.filter(path => sources.has(path)))
  for (const path of alive) {
    const source = sources.get(path)
    const targets = [...(source?.imports.map(one => one.target) ?? []), ...(source?.names ?? [])]
    for (const target of targets) if (sources.has(target)) alive.add(target)
  }
  return alive
}
