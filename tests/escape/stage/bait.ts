import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ListenOptions, type Server } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'

/** What no run may ever see. */
export const SECRET = 'a-secret-of-the-machine'

/** Things of the machine that attempts reach for, and the variables that tell them where. */
export type Bait = { env: Readonly<Record<string, string>>; close(): Promise<void> }

/** Lays out files, sockets and a process, all of which anybody on the machine could use. */
export async function layBait(stateDir: string): Promise<Bait> {
  const dir = await mkdtemp(join(tmpdir(), 'bait-'))
  await chmod(dir, 0o755)
  await writeFile(join(dir, 'secret'), SECRET)
  await chmod(join(dir, 'secret'), 0o644)
  const kept = join(stateDir, 'bait')
  await mkdir(kept)
  await writeFile(join(kept, 'database'), SECRET)
  const socket = join(dir, 'socket')
  const abstract = `bait-${process.pid}`
  const address = ownAddress()
  const servers = await Promise.all([
    listen({ host: '127.0.0.1', port: 0 }),
    listen({ host: address, port: 0 }),
    listen({ host: '::1', port: 0 }).catch(() => null),
    listen({ path: socket }),
    listen({ path: `\0${abstract}` }),
  ])
  await chmod(socket, 0o777)
  const [local, own, six] = servers
  const sleeper = await startSleeper()
  return {
    env: {
      BAIT_FILE: join(dir, 'secret'),
      BAIT_DIR: dir,
      BAIT_DATA: join(kept, 'database'),
      BAIT_STATE: stateDir,
      BAIT_SOCKET: socket,
      BAIT_ABSTRACT: abstract,
      BAIT_ADDRESS: address,
      BAIT_PORT: portOf(local),
      BAIT_ADDRESS_PORT: portOf(own),
      BAIT_PORT_6: portOf(six),
      BAIT_PID: `${sleeper.pid}`,
      BAIT_NAMESPACES: namespaces(),
    },
    async close() {
      sleeper.kill('SIGKILL')
      for (const server of servers) server?.close()
      await rm(dir, { recursive: true })
      await rm(kept, { recursive: true })
    },
  }
}

/** Answers everybody with the secret. */
async function listen(where: ListenOptions): Promise<Server> {
  const server = createServer(socket => socket.on('error', () => {}).end(SECRET))
  server.listen(where)
  await once(server, 'listening')
  return server
}

function portOf(server: Server | null | undefined): string {
  const address = server?.address()
  return typeof address === 'object' && address !== null ? `${address.port}` : '1'
}

/** An address of this machine that is not its loopback, where it has one. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap(found => found ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'
}

/** As the kernel names those of this process: `net:[4026531840]`. */
function namespaces(): string {
  return ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts']
    .map(name => readlinkSync(`/proc/self/ns/${name}`))
    .join(' ')
}

/** A process of the same user as the supervisor, with the secret in its environment; it ends with its input. */
async function startSleeper(): Promise<ChildProcess> {
  const sleeper = spawn('/bin/cat', [], { env: { SECRET }, stdio: ['pipe', 'ignore', 'ignore'] })
  await once(sleeper, 'spawn')
  return sleeper
}
