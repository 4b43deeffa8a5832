import type { NearestText } from './edit.ts'
import {
  MAX_NEAREST_FILE_LINES,
  MAX_NEAREST_SEARCH_LINES,
  MAX_NEAREST_SHOWN_LINES,
  MAX_PATHS_SUGGESTED,
  MAX_SHOWN_LINE_CHARS,
  MAX_WORDS_PER_LINE,
} from './limits.ts'

/**
 * The stretch of a file that shares most words with what was searched, for "did you mean"; nothing if they share
 * little. A window as long as the search slides over the file and keeps a running count, so the time is linear.
 */
export function nearestText(file: readonly string[], search: readonly string[]): NearestText | undefined {
  const wanted = wordsOf(search.slice(0, MAX_NEAREST_SEARCH_LINES))
  const lines = file.slice(0, MAX_NEAREST_FILE_LINES)
  const size = Math.min(search.length, MAX_NEAREST_SEARCH_LINES, lines.length)
  const best = bestWindow(lines, wanted, size)
  return best.likeness < LEAST_LIKENESS
    ? undefined
    : { line: best.from + 1, text: shown(lines, best.from, size) }
}

/** Paths of the tree that a wrong one may have meant: the same file name in another folder. */
export function nearestPaths(path: string, paths: Iterable<string>): string[] {
  const name = nameOf(path)
  const alike: string[] = []
  for (const other of paths) {
    if (nameOf(other) === name) alike.push(other)
    if (alike.length === MAX_PATHS_SUGGESTED) break
  }
  return alike
}

/** Below this share of common words (Dice coefficient) the text shown would only mislead. */
const LEAST_LIKENESS = 0.35

type Window = { from: number; likeness: number }

function bestWindow(lines: readonly string[], wanted: readonly string[], size: number): Window {
  const counts = new Balance(wanted)
  let best: Window = { from: 0, likeness: 0 }
  const words = lines.map(line => wordsOf([line]))
  for (let at = 0; at < lines.length; at++) {
    counts.add(words[at] ?? [])
    if (at >= size) counts.remove(words[at - size] ?? [])
    if (at >= size - 1 && counts.likeness() > best.likeness) {
      best = { from: at - size + 1, likeness: counts.likeness() }
    }
  }
  return best
}

/** How many words a sliding window has in common with the wanted ones, each word as often as in both. */
class Balance {
  readonly #wanted = new Map<string, number>()
  readonly #here = new Map<string, number>()
  readonly #wantedSize: number
  #size = 0
  #shared = 0

  constructor(wanted: readonly string[]) {
    this.#wantedSize = wanted.length
    for (const word of wanted) this.#wanted.set(word, (this.#wanted.get(word) ?? 0) + 1)
  }

  add(words: readonly string[]): void {
    for (const word of words) {
      const count = this.#here.get(word) ?? 0
      if (count < (this.#wanted.get(word) ?? 0)) this.#shared++
      this.#here.set(word, count + 1)
    }
    this.#size += words.length
  }

  remove(words: readonly string[]): void {
    for (const word of words) {
      const count = this.#here.get(word) ?? 0
      if (count <= (this.#wanted.get(word) ?? 0)) this.#shared--
      this.#here.set(word, count - 1)
    }
    this.#size -= words.length
  }

  likeness(): number {
    return this.#shared === 0 ? 0 : (2 * this.#shared) / (this.#size + this.#wantedSize)
  }
}

function wordsOf(lines: readonly string[]): string[] {
  return lines.flatMap(line => {
    const head = line.slice(0, MAX_WORDS_PER_LINE * 10).toLowerCase()
    return (head.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu) ?? []).slice(0, MAX_WORDS_PER_LINE)
  })
}

function shown(lines: readonly string[], from: number, size: number): string {
  const some = lines.slice(from, from + Math.min(size, MAX_NEAREST_SHOWN_LINES))
  return some.map(line => line.slice(0, MAX_SHOWN_LINE_CHARS)).join('\n')
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase()
}
