import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { strFromU8, unzipSync } from 'fflate'

/** What the machine's own configuration of package managers is read from. */
export type Machine = {
  home: string
  /** All of it: a configuration may refer to any variable. */
  env: Readonly<Record<string, string | undefined>>
  /** What a tool prints, on both streams together when it is to fail; null when it is missing or has failed. */
  ask(tool: string, args: readonly string[], how?: AskHow): Promise<string | null>
  /** The text of a file; null when there is none. */
  read(path: string): Promise<string | null>
  /** The text of a file in a ZIP archive; null when there is none. */
  unpack(archive: string, name: string): Promise<string | null>
}

/** `fails`: it is asked for what it says when it fails. */
export type AskHow = { env?: Readonly<Record<string, string>>; fails?: boolean }

const ASK_MS_MAX = 30_000
const OUTPUT_BYTES_MAX = 4 * 1024 ** 2

/**
 * Variables by which package managers, their runtimes and the network are configured. Nothing else of the environment
 * reaches the tools that are asked.
 */
const NAME =
  /^(PATH|HOME|USER|LANG|(https?|no|all)_proxy|(npm_config|PIP|CARGO|RUSTUP|GO|M2|MAVEN|MVN|JAVA|SSL|NODE_EXTRA_CA|PYENV|XDG_CONFIG)(_.*)?|GO[A-Z]+)$/i

/** The part of an environment that concerns package managers. */
export function environmentOfTools(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && NAME.test(name) ? [[name, value] as const] : [],
    ),
  )
}

/** This machine; `env` is the environment of this process, of which tools are given what concerns them. */
export function thisMachine(env: Readonly<Record<string, string | undefined>>, home: string): Machine {
  const kept = environmentOfTools(env)
  return {
    home,
    env,
    // At the root, so that the configuration of no project is read; wide, so that no address is broken over lines.
    ask(tool, args, { env: more = {}, fails = false } = {}) {
      const options = {
        env: { ...kept, HOME: home, COLUMNS: '1000', NO_COLOR: '1', ...more },
        cwd: '/',
        timeout: ASK_MS_MAX,
        maxBuffer: OUTPUT_BYTES_MAX,
      }
      return new Promise(answer => {
        execFile(tool, args, options, (error, stdout, stderr) => {
          if (fails)
            answer(error !== null && 'code' in error && error.code === 'ENOENT' ? null : stdout + stderr)
          else answer(error === null ? stdout : null)
        })
      })
    },
    read: path => readFile(path, 'utf8').catch(() => null),
    unpack,
  }
}

async function unpack(archive: string, name: string): Promise<string | null> {
  try {
    const [content] = Object.values(
      unzipSync(await readFile(archive), { filter: file => file.name === name }),
    )
    return content === undefined ? null : strFromU8(content)
  } catch {
    return null
  }
}
