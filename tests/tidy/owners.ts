import { type Source, sourceOf } from './source.ts'
import { isSource, isTest, type Rule } from './tree.ts'

/** What only its owner may touch: modules, members and calls as `source.ts` writes them. */
type Owned = { what: string; pattern: RegExp; owners: RegExp }

const OWNED: readonly Owned[] = [
  { what: 'the environment', pattern: /^(process\.env\b|node:process$)/, owners: /^src\/config\.ts$/ },
  {
    what: 'the time of day',
    pattern: /^(Date\.now|Date\(\)|new Date\(\)|performance\.now|process\.hrtime\b)/,
    owners: /^src\/clock\.ts$/,
  },
  {
    what: 'randomness',
    pattern: /^(Math\.random|(node:)?crypto\.(webcrypto|random\w+|getRandomValues))/,
    owners: /^src\/id\.ts$/,
  },
  {
    what: 'child processes',
    pattern: /^(node:)?child_process/,
    owners:
      /^src\/(workspace\/git\.ts|sandbox\/(supervise\/process\.ts|egress\/upstreams\/machine\.ts|inside\/))/,
  },
  {
    what: 'the network',
    pattern: /^((node:)?(https?|http2|net|tls|dgram|dns|undici)(\/|\.|$)|(globalThis\.)?fetch\(\))/,
    owners:
      /^src\/(http|cli|web|telegram|llm\/providers|sandbox\/(inside|egress|kubernetes|scan))\/|^src\/sandbox\/supervise\/(pipes|tunnel)\.ts$/,
  },
  { what: 'the console', pattern: /^console\.\w+$/, owners: /^src\/cli\// },
]

/** Each outside thing has one owner; everybody else gets it passed in. */
export const ownersKeepTheirs: Rule = files =>
  files
    .filter(file => isSource(file) && !isTest(file))
    .map(sourceOf)
    .flatMap(source => OWNED.flatMap(owned => trespasses(source, owned)))

function trespasses(source: Source, { what, pattern, owners }: Owned): string[] {
  if (owners.test(source.path)) return []
  const touched = new Set(touches(source).filter(one => pattern.test(one)))
  return [...touched].map(one => `${source.path} uses ${one}: ${what} belongs to ${owners.source}.`)
}

/** A type of a module is not the module: only values are touched. */
function touches(source: Source): string[] {
  const values = source.imports.filter(one => !one.typeOnly)
  return [
    ...source.uses,
    ...values.flatMap(({ target, names }) => [target, ...names.map(name => `${target}.${name}`)]),
  ]
}
