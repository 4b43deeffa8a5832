import { Bag, termOf } from './bag.ts'
import { type Chunk, chunkText, linesOf } from './chunk.ts'
import { definedName, languageOf } from './definitions.ts'
import { type Excerpt, Excerpts } from './excerpts.ts'
import { isTestPath, queryWords, speaksOfTests } from './queryWords.ts'
import { coverage, type Fields } from './rank.ts'
import { tokens } from './tokenise.ts'
import { isWorthyPath, worthIndexing } from './worthIndexing.ts'

/** A file; `blob` is git's hash of its content. */
export type Source = { path: string; blob: string; text: string }

/**
 * Lines found, counted from 1, both ends included. `score` is 0..1: the share of the query's words that they cover, rare
 * words counting more (see `coverage`), less 30 % for tests unless the query speaks of tests.
 */
export type Hit = { path: string; fromLine: number; toLine: number; text: string; score: number }

export type ContextOptions = {
  /** Budget in tokens of 4 characters, line ends included. */
  tokensMax: number
  /** Files whose whole text comes first, as far as it fits. */
  always: readonly string[]
}

/** Finds the passages of a project's files that speak of something; in memory and without a model. */
export class CodeIndex {
  #contents: ReadonlyMap<string, Content> = new Map()
  #files: ReadonlyMap<string, File> = new Map()
  #passages: readonly Passage[] = []

  /** The number of passages that can be found. */
  get chunkCount(): number {
    return this.#passages.length
  }

  /**
   * Makes the index equal to one built from exactly these sources (of two with one path, the last counts); the text of a
   * known blob is not looked at again.
   * @returns numbers of indexed files; a changed or renamed file is one removed and one added
   */
  update(sources: readonly Source[]): { added: number; removed: number; kept: number } {
    const before = this.#files
    const latest = new Map(sources.map(source => [source.path, source]))
    this.#contents = this.#read(latest.values())
    this.#files = new Map([...latest.values()].sort(byPath).flatMap(source => this.#named(source)))
    this.#passages = [...this.#files.values()].flatMap(passagesOf)
    const kept = [...this.#files.values()].filter(file => before.get(file.path)?.key === file.key).length
    return { added: this.#files.size - kept, removed: before.size - kept, kept }
  }

  /** The best passages, best first, equal ones by path and line; only such as have a word of the query. */
  query(text: string, limit: number): Hit[] {
    const words = queryWords(text)
    const scores = coverage(this.#passages, words.map(termOf))
    const testFactor = speaksOfTests(words) ? 1 : 1 - TEST_DEMOTION
    const hits = this.#passages.flatMap(({ file, chunk }, index): Hit[] => {
      const score = (scores[index] ?? 0) * (file.isTest ? testFactor : 1)
      return score > 0 ? [{ path: file.path, ...chunk, score }] : []
    })
    return hits.sort((one, other) => other.score - one.score).slice(0, limit)
  }

  /** What a model should read for this query: the files named, then the best passages, within the budget. */
  context(query: string, options: ContextOptions): Excerpt[] {
    const excerpts = new Excerpts(options.tokensMax * CHARS_PER_TOKEN)
    for (const path of options.always) {
      excerpts.addBeginning(path, 1, linesOf(this.#files.get(path)?.content.text ?? ''))
    }
    for (const hit of this.query(query, CONTEXT_HITS_MAX)) {
      excerpts.addWhole(hit.path, hit.fromLine, hit.text.split('\n'))
    }
    return excerpts.all()
  }

  #read(sources: Iterable<Source>): Map<string, Content> {
    const contents = new Map<string, Content>()
    for (const source of sources) {
      const key = keyOf(source)
      contents.set(key, contents.get(key) ?? this.#contents.get(key) ?? contentOf(source))
    }
    return contents
  }

  #named(source: Source): [string, File][] {
    const { path } = source
    const key = keyOf(source)
    const content = this.#contents.get(key) ?? NOTHING
    if (content === NOTHING) return []
    return [[path, { path, key, content, isTest: isTestPath(path), words: new Bag(tokens(path)) }]]
  }
}

const TEST_DEMOTION = 0.3
const CONTEXT_HITS_MAX = 200
const CHARS_PER_TOKEN = 4

/** What was read from one blob; it does not depend on where the blob lies. */
type Content = { text: string; chunks: readonly ReadChunk[] }

type ReadChunk = { chunk: Chunk; body: Bag; symbols: Bag }

type File = { path: string; key: string; content: Content; isTest: boolean; words: Bag }

type Passage = Fields & { file: File; chunk: Chunk }

/** The content of files that nobody searches. */
const NOTHING: Content = { text: '', chunks: [] }

/** What reading depends on: the blob, and of the path only what it says about the language and the worth. */
function keyOf({ path, blob }: Source): string {
  return isWorthyPath(path) ? `${languageOf(path)}:${blob}` : `unworthy:${blob}`
}

function contentOf({ path, text }: Source): Content {
  if (!worthIndexing(path, text)) return NOTHING
  return { text, chunks: chunkText(path, text).map(chunk => readChunk(path, chunk)) }
}

function readChunk(path: string, chunk: Chunk): ReadChunk {
  const language = languageOf(path)
  const names = chunk.text.split('\n').map(line => definedName(language, line) ?? '')
  return { chunk, body: new Bag(tokens(chunk.text)), symbols: new Bag(tokens(names.join('\n'))) }
}

function passagesOf(file: File): Passage[] {
  return file.content.chunks.map(({ chunk, body, symbols }) => ({
    file,
    chunk,
    body,
    symbols,
    path: file.words,
  }))
}

function byPath(one: Source, other: Source): number {
  return one.path < other.path ? -1 : 1
}
