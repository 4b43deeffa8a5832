import { mkdir, realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { invariant, OutsideFailure } from '../failure.ts'
import type { TreeFile } from './archive.ts'
import { type SourceFile, snapshotAt, sourcesAt } from './blobs.ts'
import { Git } from './git.ts'
import { type CommitWords, LOG_FORMAT, type LogEntry, messageOfCommit, parseLog, STEP } from './history.ts'
import { dissolveNested, listed, prepareRepository } from './repository.ts'
import { inTurn } from './turns.ts'
import { applyChanges, type Change, lookAt, readText } from './workTree.ts'

export type OpenOptions = {
  /** Where git keeps its data; default `.git` in the folder. Outside it, code that runs in the folder cannot reach it. */
  gitDir?: string
  /** Where the `git` binary is looked for. */
  path?: string
}

export type DiffOptions = { bytesMax?: number; paths?: readonly string[]; signal?: AbortSignal }

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'
const TREE_FILES_MAX = 20_000
const TREE_BYTES_MAX = 64 * 1024 * 1024
const DIFF_BYTES_MAX = 1024 * 1024
const LOG_MAX = 1000
const SUBJECT_MAX = 100
const NO_COMMIT = '0'.repeat(40)
/** git's name for the tree without files. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/**
 * The files of one project and their history. History only grows: nothing here rewrites or drops a commit. One process
 * uses a workspace at a time; within it, changes to the same workspace wait for each other.
 * Every method throws OutsideFailure when git fails.
 */
export class Workspace {
  /** The folder with the files, absolute and without links. */
  readonly root: string
  readonly #git: Git

  private constructor(git: Git) {
    this.root = git.place.workTree
    this.#git = git
  }

  /** Opens the project in this folder; creates folder and repository when absent, repairs what a killed git left. */
  static async open(dir: string, options: OpenOptions = {}): Promise<Workspace> {
    await mkdir(dir, { recursive: true })
    const workTree = await realpath(dir)
    const gitDir = options.gitDir === undefined ? join(workTree, '.git') : resolve(options.gitDir)
    const git = new Git({ workTree, gitDir, path: options.path ?? DEFAULT_PATH })
    await inTurn(gitDir, () => prepareRepository(git))
    return new Workspace(git)
  }

  /** The regular files of the work tree that are tracked or new, not the ignored ones, sorted. */
  async files(): Promise<string[]> {
    const paths = new Set(await listed(this.#git, ['--cached', '--others', '--exclude-standard']))
    const files = []
    for (const path of paths) if ((await lookAt(this.root, path)).kind === 'file') files.push(path)
    return files.sort()
  }

  /** The text files of the work tree by path, those over 1 MiB left out. Throws when there are too many. */
  async tree(): Promise<Map<string, string>> {
    const tree = new Map<string, string>()
    let bytes = 0
    for (const path of await this.files()) {
      const text = await readText(this.root, path)
      if (text === undefined) continue
      bytes += text.length
      if (tree.size >= TREE_FILES_MAX || bytes > TREE_BYTES_MAX) throw tooManyFiles()
      tree.set(path, text)
    }
    return tree
  }

  /** The text files of the last commit, for the index; those over 1 MiB left out. */
  async sources(): Promise<SourceFile[]> {
    const head = await this.head()
    return head === undefined ? [] : sourcesAt(this.#git, head)
  }

  /**
   * Writes and deletes files of the work tree; none when a path is unsafe, goes through a link or is a folder (then
   * it throws). Each file is replaced as a whole; its executable bit stays, and a new file with `#!` gets it.
   */
  async write(changes: readonly Change[]): Promise<void> {
    await this.#inTurn(() =>
      applyChanges(this.root, join(this.#git.place.gitDir, 'botwright-write'), changes),
    )
  }

  /** Makes the work tree that of the last commit: changes undone, new and ignored files removed. */
  async restore(): Promise<void> {
    await this.#inTurn(() => this.#restore())
  }

  /**
   * Commits every change of the work tree, also when there is none.
   * @returns the new commit, or the one that already has this step
   */
  async commit(words: CommitWords): Promise<string> {
    return this.#inTurn(async () => {
      const earlier = await this.findStep(words.step)
      if (earlier !== undefined) return earlier
      await this.#stage()
      return this.#record((await this.#git.run(['write-tree'])).trim(), words)
    })
  }

  /** The commit with this step in the history of the last commit. */
  async findStep(step: string): Promise<string | undefined> {
    const candidates = await this.#log(['--fixed-strings', `--grep=${STEP}: ${step}`])
    return candidates.find(entry => entry.trailers[STEP] === step)?.commit
  }

  /** The last commit; undefined when there is none yet. */
  async head(): Promise<string | undefined> {
    return (await this.#git.ask(['rev-parse', '--verify', '--quiet', 'HEAD']))?.trim()
  }

  /** The unified diff from the last commit to the work tree, new files too; cut at `bytesMax` (1 MiB), and says so. */
  async diff(options: DiffOptions = {}): Promise<string> {
    const bytesMax = options.bytesMax ?? DIFF_BYTES_MAX
    return this.#inTurn(async () => {
      await this.#stage()
      const against = (await this.head()) ?? EMPTY_TREE
      const args = [
        'diff',
        '--cached',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        '--no-renames',
        against,
        '--',
      ]
      const diff = await this.#git.beginning([...args, ...(options.paths ?? [])], {
        bytesMax,
        signal: options.signal,
      })
      return diff.cut ? `${wholeLines(diff.text)}[cut after ${bytesMax} bytes]\n` : diff.text
    })
  }

  /**
   * Adds a commit whose files are those of an earlier commit, and makes the work tree the same: uncommitted changes go.
   * @returns the new commit, or the one that already has this step; throws when the commit is not in this history
   */
  async undoTo(commit: string, step: string): Promise<string> {
    return this.#inTurn(async () => {
      const target = await this.#known(commit)
      const words = {
        message: `Undo to ${target.subject.slice(0, SUBJECT_MAX)}`,
        step,
        trailers: { 'Undo-To': target.commit },
      }
      const made = (await this.findStep(step)) ?? (await this.#record(`${target.commit}^{tree}`, words))
      await this.#restore()
      return made
    })
  }

  /** The last commits, newest first, at most 1000. */
  async log(): Promise<LogEntry[]> {
    return this.#log([`--max-count=${LOG_MAX}`])
  }

  /** Every regular file of the last commit with its bytes; links and submodules left out. */
  async snapshot(): Promise<Map<string, TreeFile>> {
    const head = await this.head()
    return head === undefined ? new Map() : snapshotAt(this.#git, head)
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    return inTurn(this.#git.place.gitDir, work)
  }

  async #stage(): Promise<void> {
    await dissolveNested(this.#git)
    await this.#git.run(['add', '--all'])
  }

  async #record(tree: string, words: CommitWords): Promise<string> {
    const parent = await this.head()
    const parents = parent === undefined ? [] : ['-p', parent]
    const commit = await this.#git.run(['commit-tree', tree, ...parents, '-F', '-'], {
      input: messageOfCommit(words),
    })
    await this.#git.run(['update-ref', 'HEAD', commit.trim(), parent ?? NO_COMMIT])
    return commit.trim()
  }

  async #restore(): Promise<void> {
    const hasCommit = (await this.head()) !== undefined
    await this.#git.run(hasCommit ? ['reset', '--quiet', '--hard'] : ['read-tree', '--empty'])
    // Twice forced: repositories inside the tree go too.
    await this.#git.run(['clean', '--quiet', '--force', '--force', '-d', '-x'])
  }

  async #log(args: readonly string[]): Promise<LogEntry[]> {
    if ((await this.head()) === undefined) return []
    return parseLog(await this.#git.run(['log', '-z', LOG_FORMAT, ...args, 'HEAD']))
  }

  async #known(commit: string): Promise<LogEntry> {
    const isHash = /^[0-9a-f]{40}$/.test(commit)
    const exists = isHash && (await this.#git.ask(['rev-parse', '--verify', '--quiet', `${commit}^{commit}`]))
    const isOurs =
      exists && (await this.#git.ask(['merge-base', '--is-ancestor', commit, 'HEAD'])) !== undefined
    if (!isOurs) throw unknownCommit(commit)
    const [entry] = parseLog(await this.#git.run(['log', '-z', LOG_FORMAT, '--max-count=1', commit]))
    invariant(entry !== undefined, 'a commit has a log entry')
    return entry
  }
}

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1)
}

function unknownCommit(commit: string): OutsideFailure {
  return new OutsideFailure(
    `${JSON.stringify(commit.slice(0, 60))} is not a commit of this project`,
    "Choose one from the project's history.",
  )
}

function tooManyFiles(): OutsideFailure {
  return new OutsideFailure(
    `The project has more than ${TREE_FILES_MAX} text files or ${TREE_BYTES_MAX} characters`,
    'Move generated files out of it (.gitignore).',
  )
}
