import type { Change, Tree } from './edit.ts'
import { Haystack } from './haystack.ts'
import { readText, type Text } from './text.ts'

/** A file's text, and the same ready to be searched. */
export type Source = { text: Text; haystack: Haystack }

/** Blocks on one file follow each other: its text now and at first, and those of its neighbour. */
const MAX_SOURCES_KEPT = 4

/** A tree that edits are tried on; the tree itself stays as it is. */
export class Draft {
  readonly #tree: Tree
  readonly #files: Map<string, string>
  readonly #touched = new Set<string>()
  #bytes: number
  readonly #sources = new Map<string, Source>()
  #linesRead = 0

  constructor(tree: Tree) {
    this.#tree = tree
    this.#files = new Map(tree)
    this.#bytes = [...tree.values()].reduce((sum, content) => sum + Buffer.byteLength(content), 0)
  }

  get(path: string): string | undefined {
    return this.#files.get(path)
  }

  original(path: string): string | undefined {
    return this.#tree.get(path)
  }

  paths(): Iterable<string> {
    return this.#files.keys()
  }

  count(): number {
    return this.#files.size
  }

  /** Size of the whole tree in bytes, as edited so far. */
  bytes(): number {
    return this.#bytes
  }

  /** Lines of all contents read so far, as a measure of work. */
  linesRead(): number {
    return this.#linesRead
  }

  /** The content as lines; what was read last is kept. */
  source(content: string): Source {
    const source = this.#sources.get(content) ?? this.#readSource(content)
    this.#sources.delete(content)
    this.#sources.set(content, source)
    const [oldest] = this.#sources.keys()
    if (this.#sources.size > MAX_SOURCES_KEPT && oldest !== undefined) this.#sources.delete(oldest)
    return source
  }

  /** Writes a file, or deletes it with null. */
  set(path: string, content: string | null): void {
    this.#bytes += Buffer.byteLength(content ?? '') - Buffer.byteLength(this.#files.get(path) ?? '')
    this.#touched.add(path)
    if (content === null) this.#files.delete(path)
    else this.#files.set(path, content)
  }

  /** What differs from the tree, in the order in which files were first touched. */
  changes(): Change[] {
    const all = [...this.#touched].map(path => ({ path, content: this.#files.get(path) ?? null }))
    return all.filter(({ path, content }) => content !== (this.#tree.get(path) ?? null))
  }

  #readSource(content: string): Source {
    const text = readText(content)
    this.#linesRead += text.lines.length
    return { text, haystack: new Haystack(text.lines) }
  }
}
