import { statSync } from 'node:fs'
import { access, constants, readFile, readlink, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { execute } from '../supervise/process.ts'

/** What a launch must know about the machine; read once, when the sandbox is opened. */
export type Host = {
  /** The tools of the machine that take part, by absolute path; null when missing. */
  tools: Readonly<Record<Tool, string | null>>
  /** As root, the user ids for sandboxes; null as an ordinary user, whose own id they keep. */
  uids: UidRange | null
  /** `/bin` and the like: a symbolic link to here, or a directory of its own. */
  rootDirectories: readonly RootDirectory[]
  /** Directories of `/usr` that sandboxes do not see, for no toolchain lives there. */
  masked: readonly string[]
  /** Directories that may be mounted over in a private mount namespace. */
  doorPlaces: readonly string[]
  /** The major version of the machine's own Node that a sandbox sees; null when there is none. */
  nodeMajor: number | null
}

export type Tool = 'bwrap' | 'setpriv' | 'prlimit' | 'unshare' | 'mount'
export type UidRange = { first: number; count: number }
export type RootDirectory = { path: string; linkTo: string | null }

const SYSTEM_DIRECTORIES = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']

export async function readHost(): Promise<Host> {
  const [bwrap, setpriv, prlimit, unshare, mount] = await Promise.all(
    ['bwrap', 'setpriv', 'prlimit', 'unshare', 'mount'].map(findTool),
  )
  return {
    tools: {
      bwrap: bwrap ?? null,
      setpriv: setpriv ?? null,
      prlimit: prlimit ?? null,
      unshare: unshare ?? null,
      mount: mount ?? null,
    },
    uids: process.getuid?.() === 0 ? uidRange(await readFile('/proc/self/uid_map', 'latin1')) : null,
    rootDirectories: await existing(['/bin', '/sbin', '/lib', '/lib32', '/lib64'], rootDirectory),
    masked: await maskedDirectories(),
    doorPlaces: await existing(['/mnt', '/media', '/srv', '/opt'], async path => path),
    nodeMajor: await nodeMajor(),
  }
}

/**
 * User ids for sandboxes out of `/proc/self/uid_map`: a million ids high up, where distributions and containers give
 * none to anybody, or, where only the usual 65,536 are mapped, some below the last.
 */
export function uidRange(uidMap: string): UidRange {
  const ends = uidMap
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
    .map(([inside = 0, , count = 0]) => inside + count)
  const end = Math.max(...ends)
  return end >= HIGH_UIDS.first + HIGH_UIDS.count ? HIGH_UIDS : { first: end - 5000, count: 4000 }
}

const HIGH_UIDS: UidRange = { first: 1_700_000_000, count: 1_000_000 }

/** Whether every user may pass through a directory. Asked at every launch, so it does not wait for its turn. */
export function isPassable(directory: string): boolean {
  return (statSync(directory).mode & 0o001) !== 0
}

/** The absolute path of a tool of the machine, or null when it is missing. */
export async function findTool(name: string): Promise<string | null> {
  const found = await existing(SYSTEM_DIRECTORIES, async directory => {
    await access(join(directory, name), constants.X_OK)
    return join(directory, name)
  })
  return found[0] ?? null
}

async function rootDirectory(path: string): Promise<RootDirectory> {
  await access(path)
  return { path, linkTo: await readlink(path).catch(() => null) }
}

/** Machines put tools of every kind here, some with secrets; a container image its only Node or Python. */
async function maskedDirectories(): Promise<string[]> {
  const toolchains = await existing(['node', 'python3'], name => access(`/usr/local/bin/${name}`))
  const candidates = toolchains.length > 0 ? ['/usr/etc', '/usr/src'] : ['/usr/local', '/usr/etc', '/usr/src']
  return existing(candidates, async path => {
    await access(path)
    return path
  })
}

/** A link that leaves `/usr` ends nowhere inside. */
async function nodeMajor(): Promise<number | null> {
  const [node] = await existing(['/usr/local/bin/node', '/usr/bin/node'], path => realpath(path))
  if (!node?.startsWith('/usr/')) return null
  const { stdout } = await execute(node, ['--version']).catch(() => ({ stdout: '' }))
  const major = /^v(\d+)\./.exec(stdout)?.[1]
  return major === undefined ? null : Number(major)
}

/** The answers for those that are there; to ask about one that is not, throws. */
async function existing<Found>(
  names: readonly string[],
  ask: (name: string) => Promise<Found>,
): Promise<Found[]> {
  const answers = await Promise.allSettled(names.map(ask))
  return answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []))
}
