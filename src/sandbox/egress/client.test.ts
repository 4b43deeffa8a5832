import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { openTrialEgress, type TrialOptions, upstreamAt } from './trialEgress.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
    },
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

async function trialOf(options: TrialOptions) {
  const trial = await openTrialEgress(options)
  open.push(trial)
  return trial
}

const PAGE = JSON.stringify({ name: 'left', versions: {} })

test('pages come compressed where the registry can, and files as they are', async () => {
  const encodings: unknown[] = []
  const origin = await serverOf(({ url, headers }, response) => {
    encodings.push([url, headers['accept-encoding']])
    response.setHeader('content-encoding', 'gzip').end(gzipSync(PAGE))
  })
  const trial = await trialOf({ registries: { npm: upstreamAt(origin) } })
  for (const path of ['/npm/left', '/npm/left/-/left-1.tgz', '/npm/left/-/left-1.tgz'])
    expect(`${(await trial.get(path)).body}`).toBe(PAGE)
  expect(encodings.slice(1)).toEqual([
    ['/left', 'gzip'],
    ['/left/-/left-1.tgz', 'identity'],
  ])
})

test.each(['/npm/left', '/npm/left/-/left-1.tgz'])(
  'what is small only while it is packed is cut: %s',
  async path => {
    const bomb = gzipSync(Buffer.alloc(5_000_000))
    const origin = await serverOf((_, response) => response.setHeader('content-encoding', 'gzip').end(bomb))
    const caps = { pageBytesMax: 100_000, artefactBytesMax: 100_000 }
    const trial = await trialOf({ registries: { npm: upstreamAt(origin) }, caps })
    const got = await trial.get(path).catch(() => null)
    expect(got?.status ?? 403).toBe(403)
    expect(trial.opened.report().refused).toEqual([`GET ${path}: longer than 100000 bytes`])
  },
)

test('what was packed and broken is not passed on as whole, and not kept', async () => {
  const half = gzipSync(PAGE.repeat(1000)).subarray(0, -12)
  const origin = await serverOf((_, response) => response.setHeader('content-encoding', 'gzip').end(half))
  const trial = await trialOf({ registries: { npm: upstreamAt(origin) } })
  for (const path of ['/npm/left/-/left-1.tgz', '/npm/left/-/left-1.tgz'])
    await expect(trial.get(path)).rejects.toThrow()
  expect(trial.opened.report().unreachable).toEqual(['npm'])
})

test('the proxy of the machine is used, with its password', async () => {
  const asked: unknown[] = []
  const proxy = await serverOf(({ url, headers }, response) => {
    asked.push([url, headers['proxy-authorization']])
    response.end(PAGE)
  })
  const HTTP_PROXY = proxy.replace('//', '//name:password@')
  const registries = { npm: upstreamAt('http://registry.example.com/') }
  const trial = await trialOf({ registries, proxy: { HTTP_PROXY } })
  expect((await trial.get('/npm/left')).status).toBe(200)
  expect(asked.at(-1)).toEqual(['http://registry.example.com/left', 'Basic bmFtZTpwYXNzd29yZA=='])
})

test.each(['http', 'https'])(
  'a proxy that cannot be reached tells nobody its password (%s)',
  async scheme => {
    const proxy = await serverOf((_, response) => response.end())
    const address = proxy.replace('//', '//name:hidden-password@')
    const refusing = { HTTP_PROXY: address.replace(/\d+$/, '1'), HTTPS_PROXY: address }
    const registries = { npm: upstreamAt(`${scheme}://registry.example.com/`) }
    const trial = await trialOf({ registries, proxy: refusing })
    const logFile = join(trial.stateDir, 'log')
    const logged = await trialOf({ registries, proxy: refusing, logFile })
    const got = await logged.get('/npm/left')
    expect(got.status).toBe(502)
    const log = await readFile(logFile, 'utf8')
    expect(log).toContain('a registry did not give what was asked of it')
    const shown = [`${got.body}`, log, logged.opened.report(), logged.egress.registries]
    expect(JSON.stringify(shown)).not.toContain('hidden-password')
    expect(logged.egress.registries[0]).toMatchObject({ configured: true, reachable: false })
  },
)
