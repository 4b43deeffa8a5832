import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Postgres of the test run's own: a fresh directory, a free port on 127.0.0.1, gone at the end. */
export type Server = {
  /** Connection string of one of its databases. */
  url(database: string): string
  /** Ends it, waits for its end and removes its directory. */
  stop(): Promise<void>
}

/** Where ./test unpacks Postgres, with the libraries that the machine lacks, for a user who is not root. */
const UNPACKED = join(import.meta.dirname, '../../.tools/postgresql')
/** Where Debian and Ubuntu put the binaries, a folder for each version. */
const HOMES = ['/usr/lib/postgresql', join(UNPACKED, 'usr/lib/postgresql')]
const READY = 'database system is ready to accept connections'
const READY_MS_MAX = 30_000
const OUTPUT_CHARS_MAX = 20_000

/** What makes it fast and forgetful: a test database outlives no crash. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '32MB',
  listen_addresses: '127.0.0.1',
  jit: 'off',
}

/**
 * Makes and starts a server; throws one plain sentence when the machine has no Postgres or it does not start. Settings
 * that are given stand before those of a test.
 */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const bin = binaries()
  const owner = unprivileged()
  const home = mkdtempSync(join(tmpdir(), 'botwright-postgres-'))
  chmodSync(home, 0o700)
  if (owner) chownSync(home, owner.uid, owner.gid)
  const data = join(home, 'data')
  run(as(owner, [join(bin, 'initdb'), ...initOptions(data)]))
  const port = await freePort()
  const child = await started(as(owner, [join(bin, 'postgres'), ...serveOptions(data, home, port, settings)]))
  return {
    url: database => `postgres://postgres@127.0.0.1:${port}/${database}`,
    async stop() {
      await ended(child)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** The newest installed version's folder of binaries. */
function binaries(): string {
  const found = HOMES.filter(home => existsSync(home))
    .flatMap(home => readdirSync(home).map(version => join(home, version, 'bin')))
    .filter(folder => existsSync(join(folder, 'initdb')))
    .sort()
    .at(-1)
  if (!found) throw new Error('The tests need Postgres. Run: apt-get install postgresql')
  return found
}

type Owner = { uid: number; gid: number }

/** Postgres refuses to run as root: root runs it as `postgres`, or as `nobody` where that user does not exist. */
function unprivileged(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  try {
    return { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') }
  } catch {
    return { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') }
  }
}

/** Prefixes a command so that it runs as the owner and is told to end when the test run dies without a word. */
function as(owner: Owner | undefined, command: string[]): string[] {
  const user = owner ? [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'] : []
  return ['setpriv', ...user, '--pdeathsig=INT', '--', ...command]
}

function initOptions(data: string): string[] {
  return ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
}

function serveOptions(
  data: string,
  sockets: string,
  port: number,
  given: Readonly<Record<string, string>>,
): string[] {
  const settings = Object.entries({ ...SETTINGS, ...given })
  const options = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', data, '-k', sockets, '-p', String(port), ...options]
}

function run([file = '', ...args]: string[]): void {
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', env: environment() })
}

/** Resolves when it accepts connections; rejects with what it said when it ends before, or takes too long. */
function started([file = '', ...args]: string[]): Promise<ChildProcess> {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', env: environment() })
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => child.kill('SIGINT'), READY_MS_MAX)
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < OUTPUT_CHARS_MAX) said += text
      if (said.includes(READY)) resolve(child)
      if (said.includes(READY)) clearTimeout(timer)
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`The tests' Postgres did not start. It said:\n${said}`)))
  })
}

/** SIGINT is Postgres's "fast" end: sessions are cut, files are closed. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exit = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGINT')
  await exit
}

/** English, so that READY is found. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', LD_LIBRARY_PATH: libraries() }
}

/** Of each architecture that was unpacked: `usr/lib/x86_64-linux-gnu`. */
function libraries(): string {
  return ['lib', 'usr/lib']
    .map(folder => join(UNPACKED, folder))
    .filter(folder => existsSync(folder))
    .flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
    .filter(folder => folder.endsWith('-linux-gnu'))
    .join(':')
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = address && typeof address === 'object' ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
