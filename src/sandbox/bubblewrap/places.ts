import { access, constants, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Mount } from '../backend.ts'
import type { Fixtures } from '../fixtures.ts'
import { execute } from '../supervise/process.ts'

/** Toolchains of the machine that lie where a sandbox would not see them, and where they are put inside. */
export type Places = {
  mounts: readonly Mount[]
  /** Directories of programs inside. */
  path: readonly string[]
}

type Kind = {
  name: string
  /** The program by which the toolchain is found on the machine. */
  program: string
  /** The directory that holds the toolchain, by its program. */
  root(program: string): Promise<string>
}

const KINDS: readonly Kind[] = [
  { name: 'go', program: 'go', root: program => asked(program, ['env', 'GOROOT']) },
  // The program may be a proxy of rustup, which is of no use without its owner's settings.
  { name: 'rust', program: 'rustc', root: program => asked(program, ['--print', 'sysroot']) },
  { name: 'java', program: 'javac', root: parentOfBin },
  { name: 'maven', program: 'mvn', root: parentOfBin },
]

/** Directories whose programs a sandbox sees anyhow. */
const SEEN = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
export const PLACES_INSIDE = '/opt/toolchains'

/** Looks along `searchPath`, the PATH of this process, for what the system's own directories do not have. */
export async function findPlaces(
  searchPath: string,
  { programs }: Pick<Fixtures, 'programs'>,
): Promise<Places> {
  const directories = searchPath.split(':').filter(directory => directory.startsWith('/'))
  const found = await Promise.all(KINDS.map(kind => findPlace(kind, directories)))
  const mounts = found.flatMap(mount => (mount === null ? [] : [mount]))
  const covers = await coversOf(mounts, join(programs, 'empty-settings.xml'))
  return { mounts: [...mounts, ...covers], path: mounts.map(({ inside }) => `${inside}/bin`) }
}

/** The machine's settings of Maven may hold passwords: a run sees empty ones. */
async function coversOf(mounts: readonly Mount[], empty: string): Promise<Mount[]> {
  const maven = mounts.find(({ inside }) => inside === `${PLACES_INSIDE}/maven`)
  if (maven === undefined) return []
  const isThere = await access(join(maven.host, SETTINGS)).then(
    () => true,
    () => false,
  )
  return isThere ? [{ host: empty, inside: `${maven.inside}/${SETTINGS}` }] : []
}

const SETTINGS = 'conf/settings.xml'

async function findPlace(
  { name, program, root }: Kind,
  directories: readonly string[],
): Promise<Mount | null> {
  for (const directory of SEEN) if (await isProgram(join(directory, program))) return null
  for (const directory of directories) {
    const path = join(directory, program)
    if (!(await isProgram(path))) continue
    const host = await root(path).catch(() => '')
    if (host !== '' && (await isProgram(join(host, 'bin', program))))
      return { host, inside: `${PLACES_INSIDE}/${name}` }
  }
  return null
}

function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function asked(program: string, question: readonly string[]): Promise<string> {
  return (await execute(program, question)).stdout.trim()
}

async function parentOfBin(program: string): Promise<string> {
  return dirname(dirname(await realpath(program)))
}
