/** How often each word occurs in a text. Words are kept as 32-bit hashes: about 6 bytes for each different word. */
export class Bag {
  /** Number of words, repeated ones counted each time. */
  readonly length: number
  readonly #terms: Uint32Array
  readonly #counts: Uint16Array

  constructor(words: readonly string[]) {
    const counts = new Map<number, number>()
    for (const word of words) counts.set(termOf(word), (counts.get(termOf(word)) ?? 0) + 1)
    this.length = words.length
    this.#terms = Uint32Array.from(counts.keys()).sort()
    this.#counts = Uint16Array.from(this.#terms, term => Math.min(counts.get(term) ?? 0, COUNT_MAX))
  }

  /** How often the word with this term occurs, by binary search. */
  count(term: number): number {
    let low = 0
    let high = this.#terms.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#terms[middle] ?? 0) < term) low = middle + 1
      else high = middle
    }
    return this.#terms[low] === term ? (this.#counts[low] ?? 0) : 0
  }
}

const COUNT_MAX = 0xffff

/**
 * The 32-bit FNV-1a hash of a word's UTF-16 units (http://www.isthe.com/chongo/tech/comp/fnv/). Two words share one in
 * about one pair per 90,000 words; they are then counted as the same word. In return nothing has to be kept per word.
 */
export function termOf(word: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < word.length; index++) {
    hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
