import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Ecosystem } from '../egress/ecosystem.ts'
import type { Egress } from '../egress/egress.ts'
import { execute } from '../supervise/process.ts'

/** A registry of npm for tests, with packages that nobody should publish. */
export type TrialRegistry = Pick<Egress, 'open'> & {
  /** Paths that were asked for. */
  asked: string[]
  /** It goes on, but answers nothing and says that it cannot be reached. */
  down: boolean
  /** Ends when it is asked the next time. */
  nextRequest(): Promise<void>
  /** How many doors are open. */
  doors(): number
  close(): Promise<void>
}

/** The files of each package, which has version 1.0.0; `package.json` is added where it is not there. */
export type Packages = Readonly<Record<string, Readonly<Record<string, string>>>>

const PORT = 8399

export async function openTrialRegistry(packages: Packages): Promise<TrialRegistry> {
  const dir = await mkdtemp(join(tmpdir(), 'botwright-registry-'))
  let doors = 0
  const waiting: (() => void)[] = []
  const registry: TrialRegistry = {
    asked: [],
    down: false,
    doors: () => doors,
    nextRequest: () => new Promise(resolve => waiting.push(resolve)),
    async open() {
      doors += 1
      const socket = join(dir, `${doors}-${registry.asked.length}.sock`)
      const unreachable = new Set<Ecosystem>()
      const server = createServer(async (request, response) => {
        const path = request.url ?? ''
        registry.asked.push(path)
        for (const tell of waiting.splice(0)) tell()
        if (registry.down) unreachable.add('npm')
        const answer = registry.down ? null : await answerTo(path, packages, dir)
        response.statusCode = answer === null ? (registry.down ? 502 : 404) : 200
        response.end(answer ?? '{}')
      })
      server.listen({ path: socket, readableAll: true, writableAll: true })
      await once(server, 'listening')
      return {
        door: { socket, port: PORT },
        env: { npm_config_registry: `http://127.0.0.1:${PORT}/`, npm_config_fetch_retries: '0' },
        files: new Map([['.marker/of-the-door', { content: 'for the home directory' }]]),
        report: () => ({
          requests: registry.asked.length,
          bytes: 0,
          refused: [],
          unreachable: [...unreachable],
        }),
        async close() {
          doors -= 1
          server.closeAllConnections()
          server.close()
          await once(server, 'close')
        },
      }
    },
    close: () => rm(dir, { recursive: true, force: true }),
  }
  return registry
}

async function answerTo(path: string, packages: Packages, dir: string): Promise<string | Buffer | null> {
  const [, name = '', isTarball] = /^\/([\w-]+)(\/tarball)?$/.exec(path) ?? []
  const files = packages[name]
  if (files === undefined) return null
  const manifest = JSON.parse(files['package.json'] ?? '{}')
  const own = { name, version: '1.0.0', ...manifest }
  if (isTarball === undefined) {
    const dist = { tarball: `http://127.0.0.1:${PORT}/${name}/tarball` }
    const version = { ...own, dist, hasInstallScript: manifest.scripts !== undefined }
    return JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } })
  }
  const folder = await mkdtemp(join(dir, 'pack-'))
  for (const [file, content] of Object.entries({ ...files, 'package.json': JSON.stringify(own) })) {
    await mkdir(dirname(join(folder, 'package', file)), { recursive: true })
    await writeFile(join(folder, 'package', file), content)
  }
  await execute('/bin/tar', ['-C', folder, '-czf', join(folder, 'packed.tgz'), 'package'])
  return readFile(join(folder, 'packed.tgz'))
}
