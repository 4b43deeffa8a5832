import { afterEach, expect, test } from 'vitest'
import {
  CONTENT,
  packument,
  startCrates,
  startGo,
  startMaven,
  startNpm,
  startPypi,
  WHEEL,
} from '../../../tests/fakes/registries/registries.ts'
import { file, type Pages, text } from '../../../tests/fakes/registries/registry.ts'
import { json } from '../../../tests/fakes/server.ts'
import { sha256 } from '../../id.ts'
import { openTrialEgress, type TrialEgress, type TrialOptions, upstreamAt } from './trialEgress.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

function kept<One extends AsyncDisposable>(one: One): One {
  open.push(one)
  return one
}

async function trialOf(options: TrialOptions): Promise<TrialEgress> {
  return kept(await openTrialEgress(options))
}

/** The path of an address inside, as the door is asked for it. */
function pathOf(address: string, trial: TrialEgress): string {
  expect(address).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${trial.opened.door.port}/`))
  return new URL(address).pathname
}

test('npm: every tarball is to be had from the mirror, wherever it lies', async () => {
  const files = kept(await startNpm({ pages: () => ({ '/elsewhere.bin': file('other') }) }))
  const tarballs = {
    '1.0.0': `${files.origin}/left/-/left-1.0.0.tgz`,
    '1.0.1': `${files.origin}/elsewhere.bin`,
  }
  const npm = kept(await startNpm({ pages: () => ({ '/left': json(200, packument('left', tarballs)) }) }))
  const trial = await trialOf({ registries: { npm: upstreamAt(npm.origin) }, origins: [files.origin] })
  const page: ReturnType<typeof packument> = JSON.parse(`${(await trial.get('/npm/left')).body}`)
  const addresses = Object.values<{ dist: { tarball: string } }>(page.versions).map(
    ({ dist }) => dist.tarball,
  )
  const bodies = await Promise.all(
    addresses.map(async one => `${(await trial.get(pathOf(one, trial))).body}`),
  )
  expect(bodies).toEqual([CONTENT, 'other'])
  expect(npm.paths().some(path => path.endsWith('.tgz'))).toBe(false)
  expect([...npm.complaints, ...files.complaints]).toEqual([])
})

test('npm: a version whose tarball has no address is left out', async () => {
  const broken = {
    name: 'left',
    versions: { '1.0.0': { dist: {} }, '1.0.1': 'x', '1.0.2': { dist: { tarball: '//[' } } },
  }
  const npm = kept(await startNpm({ pages: () => ({ '/left': json(200, broken) }) }))
  const trial = await trialOf({ registries: { npm: upstreamAt(npm.origin) } })
  expect(JSON.parse(`${(await trial.get('/npm/left')).body}`)).toEqual({ name: 'left', versions: {} })
})

test('npm: a scope comes from its own registry', async () => {
  const [npm, own] = [kept(await startNpm()), kept(await startNpm())]
  const scopes = new Map([['@scope', upstreamAt(own.origin)]])
  const trial = await trialOf({ registries: { npm: upstreamAt(npm.origin, { scopes }) } })
  expect((await trial.get('/npm/@scope%2Fright')).status).toBe(200)
  expect((await trial.get('/npm/@scope/right/-/right-2.0.0.tgz')).body.toString()).toBe(CONTENT)
  expect(own.paths()).toEqual(['/@scope%2fright', '/@scope/right/-/right-2.0.0.tgz'])
  expect(npm.paths()).toEqual(['/is-number'])
})

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json'
const HTML = `<!DOCTYPE html><html><body><h1>Links</h1>
<a href="../../packages/aa/${WHEEL}#sha256=${sha256(CONTENT)}" data-requires-python="&gt;=3.8" data-dist-info-metadata="sha256=ab" data-yanked="so &amp; so">${WHEEL}</a><br/>
<a href="../../packages/evil">not a file</a>
</body></html>`

test.each(['json', 'html'])(
  'PyPI: an index in %s is read in both forms, its files and their metadata are had',
  async form => {
    const pages = () => ({ '/simple/left-over/': text(HTML, 'text/html; charset=utf-8') })
    const pypi = kept(await startPypi(form === 'html' ? { pages } : {}))
    const trial = await trialOf({ registries: { pypi: upstreamAt(`${pypi.origin}/simple`) } })
    const asked = await trial.get('/pypi/simple/Left.Over/', {
      headers: { accept: `${JSON_TYPE}, text/html` },
    })
    expect(asked.headers['content-type']).toBe(JSON_TYPE)
    const { files } = JSON.parse(`${asked.body}`)
    expect(files).toEqual([
      {
        filename: WHEEL,
        url: expect.stringContaining(`/pypi/files/left-over/`),
        hashes: { sha256: sha256(CONTENT) },
        'requires-python': '>=3.8',
        'core-metadata': { sha256: 'ab' },
        yanked: form === 'html' ? 'so & so' : false,
      },
    ])
    const path = pathOf(files[0].url, trial)
    expect(`${(await trial.get(path)).body}`).toBe(CONTENT)
    expect(`${(await trial.get(`${path}.metadata`)).body}`).toBe('Name: left-over')
    const html = await trial.get('/pypi/simple/left-over/', { headers: { accept: 'text/html' } })
    expect(html.headers['content-type']).toMatch(/^text\/html/)
    expect(`${html.body}`).toContain(`href="${files[0].url}#sha256=${sha256(CONTENT)}"`)
    expect(`${html.body}`).toContain('data-requires-python="&#62;=3.8"')
    expect(pypi.complaints).toEqual([])
  },
)

test('PyPI: a file is had from another host only when the operator allows it', async () => {
  const files = kept(await startPypi())
  const pypi = kept(await startPypi({ files: files.origin }))
  const registries = { pypi: upstreamAt(`${pypi.origin}/simple`) }
  const ask = async (trial: TrialEgress) => {
    const page = await trial.get('/pypi/simple/left-over/', { headers: { accept: JSON_TYPE } })
    return trial.get(pathOf(JSON.parse(`${page.body}`).files[0].url, trial))
  }
  expect((await ask(await trialOf({ registries }))).status).toBe(403)
  expect(files.received).toEqual([])
  expect((await ask(await trialOf({ registries, origins: [files.origin] }))).status).toBe(200)
})

test('PyPI: after a restart a file is found again by the page of its project, and no other file is', async () => {
  const pypi = kept(await startPypi())
  const id = sha256(`${pypi.origin}/packages/aa/${WHEEL}`).slice(0, 32)
  const trial = await trialOf({ registries: { pypi: upstreamAt(`${pypi.origin}/simple`) } })
  expect((await trial.get(`/pypi/files/left-over/${id}/${WHEEL}`)).status).toBe(200)
  expect((await trial.get(`/pypi/files/left-over/${'0'.repeat(32)}/${WHEEL}`)).status).toBe(404)
  expect((await trial.get(`/pypi/files/another/${id}/${WHEEL}`)).status).toBe(404)
})

test.each([
  ['{origin}/dl', '/dl/itoa/1.0.0/download'],
  ['{origin}/dl/{crate}/{version}/download', '/dl/itoa/1.0.0/download'],
  ['{origin}/{prefix}/{crate}', '/it/oa/itoa'],
])('crates: a crate is had where %s says', async (dl, path) => {
  const pages = (origin: string) => ({ '/config.json': json(200, { dl: dl.replace('{origin}', origin) }) })
  const crates = kept(await startCrates({ pages }))
  const trial = await trialOf({ registries: { crates: upstreamAt(crates.origin) } })
  const config = JSON.parse(`${(await trial.get('/crates/config.json')).body}`)
  const crate = await trial.get(pathOf(`${config.dl}/itoa/1.0.0/download`, trial))
  expect(crate.status).toBe(200)
  expect(crates.paths().at(-1)).toBe(path)
  expect(`${(await trial.get('/crates/it/oa/itoa')).body}`).toContain('"vers":"1.0.0"')
  expect(crates.complaints).toEqual([])
})

test('crates: an index file is had by its own prefix only', async () => {
  const crates = kept(await startCrates())
  const trial = await trialOf({ registries: { crates: upstreamAt(crates.origin) } })
  for (const path of ['/crates/ab/cd/itoa', '/crates/1/itoa', '/crates/3/i/itoa', '/crates/it/oa'])
    expect((await trial.get(path)).status).toBe(403)
})

test('Go: what may move is asked again, what may not is kept', async () => {
  const go = kept(await startGo())
  const trial = await trialOf({ registries: { go: upstreamAt(go.origin) } })
  const paths = [
    '/example.com/!left/@v/v1.0.0.zip',
    '/example.com/!left/@v/main.info',
    '/example.com/!left/@v/list',
  ]
  for (const path of [...paths, ...paths]) expect((await trial.get(`/go${path}`)).status).toBe(200)
  const asked = paths.map(path => go.paths().filter(one => one === path).length)
  expect(asked).toEqual([1, 2, 2])
})

test.each([
  ['sum.example.com', true, 'sum.example.com'],
  ['sum.example.com+ab+key', true, 'sum.example.com+ab+key'],
  ['sum.example.com', false, 'off'],
  [null, true, 'off'],
])('Go: the checksum database %s, passed on: %s, is %s inside', async (name, passedOn, inside) => {
  const pages = (): Pages => (passedOn ? {} : { '/sumdb/sum.example.com/supported': json(404, {}) })
  const go = kept(await startGo({ pages }))
  const checksums = { name, exempt: 'own.example.com/*' }
  const trial = await trialOf({ registries: { go: upstreamAt(go.origin, { checksums }) } })
  expect(trial.opened.env).toMatchObject({ GOSUMDB: inside, GONOSUMDB: 'own.example.com/*' })
  const other = await trial.get('/go/sumdb/other.example.com/supported')
  expect(other.status).toBe(403)
})

test('Maven: lists and snapshots are asked again, releases are kept', async () => {
  const maven = kept(await startMaven())
  const trial = await trialOf({ registries: { maven: upstreamAt(maven.origin) } })
  const paths = [
    '/org/left/left/1.0/left-1.0.jar',
    '/org/left/left/2-SNAPSHOT/left-2-1.jar',
    '/org/left/left/maven-metadata.xml',
  ]
  for (const path of [...paths, ...paths]) expect((await trial.get(`/maven${path}`)).status).toBe(200)
  expect(paths.map(path => maven.paths().filter(one => one === path).length)).toEqual([1, 2, 2])
  expect((await trial.get('/maven/org/left/left/1.0/other-1.0.jar')).status).toBe(403)
})

test('credentials go to the registry and to nobody else, and are in nothing that is shown', async () => {
  const authorization = 'Bearer very-secret-token'
  const files = kept(await startPypi())
  const pypi = kept(await startPypi({ authorization, files: files.origin }))
  const { origin } = new URL(pypi.origin)
  const credentials = (address: URL) => (address.origin === origin ? { authorization } : {})
  const registries = { pypi: upstreamAt(`${pypi.origin}/simple`, { credentials }) }
  const trial = await trialOf({ registries, origins: [files.origin] })
  const page = await trial.get('/pypi/simple/left-over/', { headers: { accept: JSON_TYPE } })
  const wheel = await trial.get(pathOf(JSON.parse(`${page.body}`).files[0].url, trial))
  expect([page.status, wheel.status]).toEqual([200, 200])
  expect([...pypi.complaints, ...files.complaints]).toEqual([])
  const { opened, egress } = trial
  const shown = [
    opened.env,
    [...opened.files],
    opened.report(),
    egress.registries,
    page.headers,
    wheel.headers,
    registries,
  ]
  expect(JSON.stringify(shown) + page.body).not.toMatch(/very-secret-token/)
})
