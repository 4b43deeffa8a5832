import type { Bag } from './bag.ts'

/** What a passage is searched by. */
export type Fields = Readonly<Record<Field, Bag>>

type Field = keyof typeof WEIGHTS

/** How much one occurrence in a field counts. */
const WEIGHTS = { body: 1, symbols: 2.5, path: 1.5 } as const
const FIELDS: readonly Field[] = ['body', 'symbols', 'path']

// The usual values: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), 3.5.
const K1 = 1.2
const B = 0.75

/**
 * Ranks passages by BM25F (Zaragoza, Craswell, Taylor, Saria, Robertson: TREC-13, 2004): for each word its weighted,
 * length-normalised count over the fields, tf, gives idf · tf / (k1 + tf).
 * @param terms the different words of the query
 * @returns for each passage its sum divided by the sum of all idf, so 0..1: the share of the query that it covers, rare words
 *   counting more, 1 being reached by no finite number of occurrences. Words that occur nowhere lower it.
 */
export function coverage(passages: readonly Fields[], terms: readonly number[]): Float64Array {
  const sums = new Float64Array(passages.length)
  const means = meanLengths(passages)
  let most = 0
  for (const term of terms) {
    const counts = Float64Array.from(passages, passage => weightedCount(passage, term, means))
    const idf = rarity(passages.length, counts.filter(count => count > 0).length)
    counts.forEach((count, index) => {
      sums[index] = (sums[index] ?? 0) + (idf * count) / (K1 + count)
    })
    most += idf
  }
  return most === 0 ? sums : sums.map(sum => sum / most)
}

function weightedCount(passage: Fields, term: number, means: Readonly<Record<Field, number>>): number {
  let sum = 0
  for (const field of FIELDS) {
    const count = passage[field].count(term)
    if (count > 0) sum += (WEIGHTS[field] * count) / (1 - B + (B * passage[field].length) / means[field])
  }
  return sum
}

/** Robertson and Spärck Jones' idf, made positive by the 1 in the logarithm as in Lucene. */
function rarity(passages: number, found: number): number {
  return Math.log(1 + (passages - found + 0.5) / (found + 0.5))
}

function meanLengths(passages: readonly Fields[]): Record<Field, number> {
  const mean = (field: Field) =>
    passages.reduce((sum, passage) => sum + passage[field].length, 0) / passages.length
  return { body: mean('body'), symbols: mean('symbols'), path: mean('path') }
}
