import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend, BackendName, RunResult, RunSpec } from './backend.ts'
import type { Files, Workspace } from './files.ts'
import { NODE_INSIDE } from './fixtures.ts'

/** What every backend keeps, whoever provides it; the tests of each one run it as a table. */
export type Clause = {
  /** A sentence about a run. */
  fact: string
  script: string
  files?: Readonly<Record<string, string>>
  spec?: Partial<RunSpec>
  /** It is run twice with the same home, and ends as the second does. */
  withHome?: boolean
  /** Files of the workspace, and where they are mounted as well. */
  mounted?: Readonly<Record<string, string>>
  cancelAfterMs?: number
  ends: Partial<RunResult>
  /** Backends that promise less. */
  notBy?: readonly BackendName[]
}

const MIB = 1024 ** 2
const SUCCEEDS = { exitCode: 0, signal: null, killedBy: null }
const KILLED = { exitCode: null, signal: 'SIGKILL' }
const FILL = 'x=a; while :; do x=$x$x; done'

export const CONTRACT: readonly Clause[] = [
  { fact: 'a command that succeeds has exit code 0', script: 'true', ends: SUCCEEDS },
  { fact: 'the exit code is that of the command', script: 'exit 7', ends: { ...SUCCEEDS, exitCode: 7 } },
  {
    fact: 'exit codes that tools use for themselves are told from failures of the sandbox',
    script: 'exit 125',
    ends: { ...SUCCEEDS, exitCode: 125 },
  },
  {
    fact: 'a signal is named',
    script: 'kill -TERM $$',
    ends: { exitCode: 143, signal: 'SIGTERM', killedBy: null },
  },
  {
    fact: 'both streams are kept apart, and have names',
    script: 'echo out; echo err >&2; echo more > /dev/stdout',
    ends: { ...SUCCEEDS, stdout: 'out\nmore\n', stderr: 'err\n', truncated: false },
  },
  {
    fact: 'a file of the workspace is there, and its directory is where the command starts',
    script: 'cat there/given',
    files: { 'there/given': 'as given' },
    ends: { ...SUCCEEDS, stdout: 'as given' },
  },
  {
    fact: 'output is kept at its ends only, where there is too much of it',
    script: 'head -c 2000000 /dev/zero | tr "\\0" x',
    ends: { ...SUCCEEDS, truncated: true },
  },
  {
    fact: 'of a stream as much is kept as the run asks for',
    script: 'printf 0123456789; printf abcdefghij; printf "%04d" 7 >&2',
    spec: { keptBytes: 8 },
    ends: {
      ...SUCCEEDS,
      truncated: true,
      stdout: '0123\n… 12 bytes left out …\nghij',
      stderr: '0007',
    },
  },
  {
    fact: 'output beyond its limit ends the run',
    script: 'yes',
    spec: { limits: { outputBytes: 1_000_000 } },
    ends: { ...KILLED, killedBy: 'output', truncated: true },
  },
  {
    fact: 'what the environment is given to say arrives as it is',
    script: 'printf %s "$GIVEN"',
    spec: { env: { GIVEN: 'a "b" $c \'d\', e=f\n' } },
    ends: { ...SUCCEEDS, stdout: 'a "b" $c \'d\', e=f\n' },
  },
  {
    fact: 'nothing of the environment outside arrives',
    script: 'env | grep -c -i -e botwright_secret -e KUBERNETES -e DOCKER',
    ends: { exitCode: 1, stdout: '0\n' },
  },
  {
    fact: 'standard input arrives',
    script: 'cat',
    spec: { stdin: 'in\n' },
    ends: { ...SUCCEEDS, stdout: 'in\n' },
  },
  {
    fact: 'without standard input there is nothing to read',
    script: 'cat',
    ends: { ...SUCCEEDS, stdout: '' },
  },
  {
    fact: 'a workspace that is read-only cannot be written',
    script: 'echo x > made',
    spec: { readOnly: true },
    ends: { killedBy: null, stdout: '' },
    notBy: ['none'],
  },
  {
    fact: 'a run ends with its first process, whatever that left behind',
    script: 'sleep 600 & echo done',
    ends: { ...SUCCEEDS, stdout: 'done\n' },
  },
  {
    fact: 'a run ends with its time',
    script: 'echo begun; sleep 600',
    spec: { limits: { wallMs: 2000 } },
    ends: { ...KILLED, killedBy: 'wall', stdout: 'begun\n' },
  },
  {
    fact: 'a cancelled run ends at once',
    script: 'sleep 600',
    cancelAfterMs: 1000,
    ends: { ...KILLED, killedBy: 'cancelled' },
  },
  {
    fact: 'memory beyond its limit ends the run',
    script: FILL,
    spec: { limits: { memoryBytes: 64 * MIB } },
    ends: { ...KILLED, killedBy: 'memory' },
  },
  {
    fact: 'memory of a process that others wait for counts as well',
    script: `sh -c '${FILL}'; sleep 600`,
    spec: { limits: { memoryBytes: 64 * MIB } },
    ends: { ...KILLED, killedBy: 'memory' },
  },
  {
    fact: 'one process has its processor time',
    script: 'while :; do :; done',
    spec: { limits: { cpuSeconds: 1, wallMs: 20_000 } },
    ends: { killedBy: 'cpu' },
  },
  {
    fact: 'a file has its largest size',
    script: 'head -c 3000000 /dev/zero > made',
    spec: { limits: { fileBytes: MIB } },
    ends: { exitCode: 153, signal: 'SIGXFSZ', killedBy: 'file' },
    notBy: ['none'],
  },
  {
    fact: 'the workspace has its largest size',
    script: 'i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > made$i; sleep 0.01; done',
    spec: { limits: { diskBytes: 20 * MIB, wallMs: 20_000 } },
    ends: { ...KILLED, killedBy: 'disk' },
  },
  {
    fact: 'there is no network but the loopback',
    script: 'tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "',
    ends: { ...SUCCEEDS, stdout: 'lo\n' },
    notBy: ['none'],
  },
  {
    fact: 'the home directory is empty and can be written',
    script: 'ls -A "$HOME"; echo kept > "$HOME/made"; cat "$HOME/made"; echo "$HOME"',
    ends: { ...SUCCEEDS, stdout: 'kept\n/home/sandbox\n' },
    notBy: ['none'],
  },
  {
    fact: 'a home of the machine keeps what an earlier run wrote there, and is the home inside',
    script: 'cat "$HOME/made"; echo made > "$HOME/made"; echo "$HOME"',
    withHome: true,
    ends: { ...SUCCEEDS, stdout: 'made\n/home/sandbox\n' },
    notBy: ['none'],
  },
  {
    fact: 'what is mounted can be read and not written',
    script: 'cat /opt/given; echo x > /opt/given || echo " kept"',
    files: { given: 'from outside' },
    mounted: { given: '/opt/given' },
    ends: { ...SUCCEEDS, stdout: 'from outside kept\n' },
    notBy: ['none'],
  },
  {
    fact: 'what is scratch can be written below what cannot',
    script: 'echo x > cache/made && cat cache/made; echo x > made',
    files: { 'cache/keep': '' },
    spec: { readOnly: true, scratch: ['/workspace/cache'] },
    ends: { stdout: 'x\n', killedBy: null },
    notBy: ['none'],
  },
]

type Runs = Pick<Backend, 'workspace' | 'run' | 'serve'>

/** Runs one clause in a fresh workspace. */
export async function kept(backend: Runs, clause: Clause): Promise<RunResult> {
  const { script, files = {}, spec, withHome = false, mounted = {}, cancelAfterMs } = clause
  const signal = cancelAfterMs === undefined ? undefined : AbortSignal.timeout(cancelAfterMs)
  return inWorkspace(backend, files, async ({ dir, home }) => {
    const mounts = Object.entries(mounted).map(([path, inside]) => ({ host: join(dir, path), inside }))
    const command = ['/bin/sh', '-c', script]
    const common = { workspace: dir, phase: 'test', command, ...(withHome && { home }), mounts } as const
    const run = () => backend.run({ ...common, ...spec }, signal)
    if (withHome) await run()
    return run()
  })
}

const ASK = `require('node:net').connect(7001, '127.0.0.1').on('error', e => console.log(e.code)).pipe(process.stdout)`

/** What a run is answered at the port of a door to a server outside, and what without the door. */
export async function throughDoor(backend: Runs): Promise<{ answer: string; without: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'botwright-door-'))
  const server = createServer(socket => socket.end('from the server'))
  const socket = join(directory, 'door')
  await new Promise<void>(resolve => server.listen(socket, resolve))
  // Whoever runs inside is somebody else.
  await Promise.all([chmod(directory, 0o711), chmod(socket, 0o666)])
  const command = [NODE_INSIDE, '-e', ASK]
  try {
    return await inWorkspace(backend, {}, async ({ dir }) => {
      const spec = { workspace: dir, phase: 'fetch', command } as const
      const { stdout: answer } = await backend.run({ ...spec, doors: [{ socket, port: 7001 }] })
      return { answer, without: (await backend.run(spec)).stdout.trim() }
    })
  } finally {
    server.close()
    await rm(directory, { recursive: true })
  }
}

const APP = `import { createServer } from 'node:http'
createServer((request, response) => response.end('seen ' + request.url)).listen(process.env.PORT, '127.0.0.1')`

/** Serves a small app that listens on the loopback only, asks it for a page, stops it, and says what came of it. */
export async function servedPage(
  backend: Runs,
  patience: { tries: number; pause(): Promise<void> },
): Promise<{ page: string; ended: RunResult }> {
  return inWorkspace(backend, { 'app.mjs': APP }, async ({ dir: workspace }) => {
    const command = [NODE_INSIDE, 'app.mjs']
    const served = await backend.serve({ workspace, phase: 'serve', port: 4567, command })
    let page = ''
    for (let left = patience.tries; page === '' && left > 0; left--) {
      page = await asked(served.connect).catch(() => '')
      if (page === '') await patience.pause()
    }
    return { page, ended: await served.stop() }
  })
}

async function asked(connect: () => Promise<NodeJS.ReadWriteStream>): Promise<string> {
  const connection = await connect()
  connection.write('GET /page HTTP/1.0\r\n\r\n')
  let answer = ''
  for await (const chunk of connection) answer += chunk
  return answer.split('\r\n\r\n')[1] ?? ''
}

async function inWorkspace<Value>(
  backend: Runs,
  texts: Readonly<Record<string, string>>,
  use: (workspace: Workspace) => Promise<Value>,
): Promise<Value> {
  const files: Files = new Map(Object.entries(texts).map(([path, content]) => [path, { content }]))
  const workspace = await backend.workspace(files)
  try {
    return await use(workspace)
  } finally {
    await workspace.dispose()
  }
}
