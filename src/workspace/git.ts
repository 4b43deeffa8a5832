import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { messageOf, OutsideFailure } from '../failure.ts'

/** Where a repository lives, and where the `git` binary is looked for. All paths are absolute. */
export type GitPlace = { workTree: string; gitDir: string; path: string }

export type RunOptions = {
  signal?: AbortSignal | undefined
  /** Given to git on standard input. */
  input?: string | undefined
  /** Most bytes of standard output; more is a failure. */
  bytesMax?: number
}

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024
const STDERR_BYTES_MAX = 4096
const GIT_TIMEOUT_MS = 120_000

/** The `git` binary on one repository, with nothing taken from the machine's or the user's configuration. */
export class Git {
  readonly place: GitPlace

  constructor(place: GitPlace) {
    this.place = place
  }

  /** Runs git. Returns its standard output as UTF-8; throws OutsideFailure when git fails or says too much. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return (await this.bytes(args, options)).toString('utf8')
  }

  /** As `run`, in bytes. */
  async bytes(args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
    const outcome = await execute(this.place, args, options)
    if (outcome.full) throw tooMuch(args, options)
    if (outcome.exitCode !== 0) throw failed(args, outcome)
    return outcome.stdout
  }

  /** As `run`, for questions that git answers with exit code 1 when the answer is no: then undefined. */
  async ask(args: readonly string[], options: RunOptions = {}): Promise<string | undefined> {
    const outcome = await execute(this.place, args, options)
    if (outcome.exitCode === 1) return undefined
    if (outcome.exitCode !== 0) throw failed(args, outcome)
    return outcome.stdout.toString('utf8')
  }

  /** As `run`, but output beyond `bytesMax` is dropped and `cut` is true. */
  async beginning(args: readonly string[], options: RunOptions): Promise<{ text: string; cut: boolean }> {
    const outcome = await execute(this.place, args, options)
    if (outcome.exitCode !== 0 && !outcome.full) throw failed(args, outcome)
    return { text: outcome.stdout.toString('utf8'), cut: outcome.full }
  }
}

/**
 * The tree is untrusted and so is what ran in it: no hooks, no file-system monitor, no transport, no pager, no
 * background maintenance, no nested repository is looked into. Links are written as plain files.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.symlinks': 'false',
  'core.autocrlf': 'false',
  'core.quotePath': 'false',
  'core.protectHFS': 'true',
  'core.protectNTFS': 'true',
  'core.untrackedCache': 'false',
  'protocol.allow': 'never',
  'protocol.ext.allow': 'never',
  'commit.gpgSign': 'false',
  'diff.ignoreSubmodules': 'all',
  'submodule.recurse': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
}
const SETTING_ARGS = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])

const AUTHOR = { name: 'Botwright', email: 'botwright@localhost' }

function environment(place: GitPlace): Record<string, string> {
  return {
    PATH: place.path,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    // Named outright: git must never look for a repository in a parent folder or follow a `.git` file.
    GIT_DIR: place.gitDir,
    GIT_WORK_TREE: place.workTree,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_AUTHOR_NAME: AUTHOR.name,
    GIT_AUTHOR_EMAIL: AUTHOR.email,
    GIT_COMMITTER_NAME: AUTHOR.name,
    GIT_COMMITTER_EMAIL: AUTHOR.email,
  }
}

type Outcome = { exitCode: number | null; stdout: Buffer; stderr: string; full: boolean }

async function execute(place: GitPlace, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  options.signal?.throwIfAborted()
  const child = start(place, args)
  const stdout = new Gathered(options.bytesMax ?? OUTPUT_BYTES_MAX)
  const stderr = new Gathered(STDERR_BYTES_MAX)
  // SIGTERM, which git catches to remove its lock files.
  const stop = () => child.kill('SIGTERM')
  options.signal?.addEventListener('abort', stop)
  child.stdout.on('data', chunk => stdout.add(chunk) || stop())
  child.stderr.on('data', chunk => stderr.add(chunk))
  child.on('error', error => reject(missing(error)))
  child.on('close', exitCode =>
    resolve({ exitCode, stdout: stdout.bytes(), stderr: stderr.bytes().toString('utf8'), full: stdout.full }),
  )
  // git may end before it has read everything; its exit code then says why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input ?? '')
  try {
    const outcome = await promise
    options.signal?.throwIfAborted()
    return outcome
  } finally {
    options.signal?.removeEventListener('abort', stop)
  }
}

function start(place: GitPlace, args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn('git', [...SETTING_ARGS, ...args], {
    cwd: place.workTree,
    env: environment(place),
    timeout: GIT_TIMEOUT_MS,
  })
}

/** Bytes of a stream up to a bound. */
class Gathered {
  full = false
  readonly #chunks: Buffer[] = []
  readonly #bytesMax: number
  #size = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Keeps what still fits; false when something did not. */
  add(chunk: Buffer): boolean {
    const kept = chunk.subarray(0, this.#bytesMax - this.#size)
    this.#chunks.push(kept)
    this.#size += kept.length
    if (kept.length < chunk.length) this.full = true
    return !this.full
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}

function failed(args: readonly string[], outcome: Outcome): OutsideFailure {
  const said = outcome.stderr.trim() || (outcome.exitCode === null ? 'it was stopped' : 'it said nothing')
  return new OutsideFailure(
    `git ${args[0]} failed (exit code ${outcome.exitCode ?? 'none'}): ${said}`,
    'Look at free disk space and at the permissions of the project folder, then try again.',
  )
}

function tooMuch(args: readonly string[], options: RunOptions): OutsideFailure {
  return new OutsideFailure(
    `git ${args[0]} answered with more than ${options.bytesMax ?? OUTPUT_BYTES_MAX} bytes`,
    'The project holds more than can be worked on; move generated or large files out of it (.gitignore).',
  )
}

function missing(error: Error): OutsideFailure {
  return new OutsideFailure(
    `git could not be started: ${messageOf(error)}`,
    'Install git 2.28 or newer.',
    error,
  )
}
