import { sha256 } from '../../id.ts'
import type { Files } from '../files.ts'
import type { DependencyRules } from '../toolchains/toolchain.ts'

/** Changes when the way in which dependencies are fetched or kept changes. */
const EDITION = 1

/**
 * What a snapshot is kept under: the hash of all that decided what is in it. So nobody finds what another project
 * fetched by other words, and who names the same gets the same.
 */
export function keyOf(
  rules: Pick<DependencyRules, 'ecosystem' | 'keeps' | 'fetch' | 'fetchEnv' | 'scripts'>,
  versions: ReadonlyMap<string, string>,
  inputs: Files,
): string {
  const { ecosystem, keeps, fetchEnv = {}, scripts = [] } = rules
  const how = [ecosystem, keeps, rules.fetch(inputs), sorted(Object.entries(fetchEnv)), scripts]
  const contents = [...inputs].map(([path, { content }]) => [path, sha256(content)])
  return sha256(JSON.stringify([EDITION, how, sorted([...versions]), sorted(contents)]))
}

function sorted(rows: string[][]): string[][] {
  return rows.sort(([one = ''], [other = '']) => (one < other ? -1 : 1))
}
