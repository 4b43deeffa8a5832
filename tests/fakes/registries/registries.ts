import { sha256 } from '../../../src/id.ts'
import { json } from '../server.ts'
import { type FakeRegistry, file, type Pages, startRegistry, text } from './registry.ts'

/** One small registry of each kind, with a package or two, in the words of its protocol. */

export type More = { pages?: (origin: string) => Pages; authorization?: string }

/** What every file of these registries says. */
export const CONTENT = 'the content of a file'

const NPM =
  /^\/(@[a-z0-9~][\w.~-]*%2f)?[A-Za-z0-9_~][\w.~-]*$|^\/(@[A-Za-z0-9_~][\w.~-]*\/)?[A-Za-z0-9_~][\w.~-]*\/-\/[\w.~+-]+\.tgz$/

export function startNpm({ pages = () => ({}), authorization }: More = {}): Promise<FakeRegistry> {
  return startRegistry({
    grammar: NPM,
    authorization,
    pages: origin => ({
      '/left': json(200, packument('left', { '1.0.0': `${origin}/left/-/left-1.0.0.tgz` })),
      '/left/-/left-1.0.0.tgz': file(CONTENT),
      '/@scope%2fright': json(
        200,
        packument('@scope/right', { '2.0.0': `${origin}/@scope/right/-/right-2.0.0.tgz` }),
      ),
      '/@scope/right/-/right-2.0.0.tgz': file(CONTENT),
      '/is-number': json(404, {}),
      ...pages(origin),
    }),
  })
}

/** A package's page with these versions and where their files are. */
export function packument(name: string, tarballs: Readonly<Record<string, string>>) {
  const versions = Object.entries(tarballs).map(([version, tarball]) => [
    version,
    { name, version, dist: { tarball, integrity: 'sha512-x' } },
  ])
  return { name, 'dist-tags': { latest: versions.at(-1)?.[0] }, versions: Object.fromEntries(versions) }
}

const PYPI = /^\/simple\/[a-z0-9]+(-[a-z0-9]+)*\/$|^\/packages\/[\w.+~/-]+$/
export const WHEEL = 'left_over-1.0-py3-none-any.whl'

/** Its index is at `/simple/`; its files lie below `files`, if that is given, else on itself. */
export function startPypi({ pages = () => ({}), authorization, files }: More & { files?: string } = {}) {
  return startRegistry({
    grammar: PYPI,
    authorization,
    pages: origin => ({
      '/simple/left-over/': json(200, simplePage('left-over', `${files ?? origin}/packages/aa/${WHEEL}`), {
        'content-type': 'application/vnd.pypi.simple.v1+json',
      }),
      [`/packages/aa/${WHEEL}`]: file(CONTENT),
      [`/packages/aa/${WHEEL}.metadata`]: text('Name: left-over'),
      ...pages(origin),
    }),
  })
}

function simplePage(name: string, url: string) {
  const hashes = { sha256: sha256(CONTENT) }
  const wheel = {
    filename: WHEEL,
    url,
    hashes,
    'requires-python': '>=3.8',
    'core-metadata': { sha256: 'ab' },
  }
  return { meta: { 'api-version': '1.1' }, name, files: [{ ...wheel, yanked: false }] }
}

const CRATES =
  /^\/config\.json$|^\/(1|2|3\/[a-z0-9_-]|[a-z0-9_-]{2}\/[a-z0-9_-]{2})\/[a-z0-9_-]+$|^\/dl\/[\w-]+\/\d+\.\d+\.\d+[\w.%+-]*\/download$/

export function startCrates({ pages = () => ({}), authorization }: More = {}): Promise<FakeRegistry> {
  return startRegistry({
    grammar: CRATES,
    authorization,
    pages: origin => ({
      '/config.json': json(200, { dl: `${origin}/dl`, api: origin }),
      '/it/oa/itoa': text(
        '{"name":"itoa","vers":"1.0.0","deps":[],"cksum":"aa","features":{},"yanked":false}\n',
      ),
      '/dl/itoa/1.0.0/download': file(CONTENT),
      ...pages(origin),
    }),
  })
}

const MODULE = '[a-z0-9][a-z0-9._~!-]*(/[a-z0-9_~!-][a-z0-9._~!+-]*)*'
const GO = new RegExp(
  `^/${MODULE}/(@latest|@v/list|@v/[\\w.!+-]+\\.(info|mod|zip))$|^/sumdb/sum\\.example\\.com/(supported|latest|lookup/[^?#%]+|tile/[\\w./]+)$`,
)

export function startGo({ pages = () => ({}), authorization }: More = {}): Promise<FakeRegistry> {
  return startRegistry({
    grammar: GO,
    authorization,
    pages: origin => ({
      '/sumdb/sum.example.com/supported': text(''),
      '/example.com/!left/@v/list': text('v1.0.0\n'),
      '/example.com/!left/@v/v1.0.0.zip': file(CONTENT),
      '/example.com/!left/@v/main.info': text('{"Version":"v1.0.0"}'),
      ...pages(origin),
    }),
  })
}

const MAVEN = /^(\/[A-Za-z0-9_][\w.+-]*){1,100}$/

export function startMaven({ pages = () => ({}), authorization }: More = {}): Promise<FakeRegistry> {
  return startRegistry({
    grammar: MAVEN,
    authorization,
    pages: origin => ({
      '/org/left/left/maven-metadata.xml': text('<metadata/>', 'text/xml'),
      '/org/left/left/1.0/left-1.0.jar': file(CONTENT),
      '/org/left/left/2-SNAPSHOT/left-2-1.jar': file(CONTENT),
      ...pages(origin),
    }),
  })
}
