import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import {
  startCrates,
  startGo,
  startMaven,
  startNpm,
  startPypi,
  WHEEL,
} from '../../../tests/fakes/registries/registries.ts'
import { openTrialEgress, upstreamAt } from './trialEgress.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
})

function kept<One extends AsyncDisposable>(one: One): One {
  open.push(one)
  return one
}

/** Pieces from which paths are made that are nearly right, or wrong in a way that has deceived others. */
const PIECES = [
  ...[
    'npm',
    'pypi',
    'crates',
    'go',
    'maven',
    'left',
    '@scope',
    '@scope%2fright',
    '@scope%2Fright',
    '-',
    '-/',
    'left-1.0.0.tgz',
  ],
  ...[
    'simple',
    'files',
    'config.json',
    'it',
    'oa',
    'itoa',
    'api',
    'v1',
    'crates',
    '1.0.0',
    'download',
    WHEEL,
  ],
  ...[
    'a'.repeat(32),
    'example.com',
    '!left',
    '@v',
    'list',
    '@latest',
    'v1.0.0.zip',
    'sumdb',
    'sum.example.com',
    'tile',
  ],
  ...[
    'org',
    '1.0',
    'left-1.0.jar',
    'maven-metadata.xml',
    '..',
    '.',
    '%2e%2e',
    '%2E',
    '%2f',
    '%5c',
    '\\',
    '%00',
    '%',
    '%%32%65',
  ],
  ...[
    '//',
    ';',
    ':',
    '@',
    '?',
    '?a=b',
    '#',
    '&',
    '=',
    '+',
    '%2b',
    '%21',
    '~',
    ' ',
    '\t',
    '%0d%0a',
    '%c0%ae',
    'é',
    '*',
    '$',
    "'",
    '"',
  ],
]

const VALID = [
  ...['/npm/left', '/npm/@scope%2fright', '/npm/@scope/right/-/right-2.0.0.tgz', '/pypi/simple/left-over/'],
  ...[`/pypi/files/left-over/${'a'.repeat(32)}/${WHEEL}`, '/crates/it/oa/itoa', '/crates/config.json'],
  ...[
    '/crates/api/v1/crates/itoa/1.0.0/download',
    '/go/example.com/!left/@v/list',
    '/go/sumdb/sum.example.com/latest',
  ],
  ...['/go/example.com/!left/@v/v1.0.0.zip', '/maven/org/left/left/1.0/left-1.0.jar'],
  ...['/maven/org/left/left/maven-metadata.xml.sha1', '/go/sumdb/sum.example.com/tile/8/0/x001/234.p/7'],
]

const PIECE = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PIECES) },
  fc.string({ unit: 'binary', maxLength: 6 }),
)

/** A path that is right, with a piece put into it or in the place of some of it; or one made of pieces. */
const TARGET = fc.oneof(
  fc
    .tuple(fc.constantFrom(...VALID), fc.nat(60), fc.nat(3), PIECE)
    .map(([path, at, length, piece]) => path.slice(0, at) + piece + path.slice(at + length)),
  fc
    .tuple(
      fc.constantFrom('/npm/', '/pypi/', '/crates/', '/go/', '/maven/', '/', ''),
      fc.array(PIECE, { maxLength: 7 }),
      fc.constantFrom('/', ''),
    )
    .map(([first, pieces, join]) => first + pieces.join(join)),
)

test('whatever is asked for, only the paths of packages reach a registry', async () => {
  const [npm, pypi, crates, go, maven] = [
    kept(await startNpm()),
    kept(await startPypi()),
    kept(await startCrates()),
    kept(await startGo()),
    kept(await startMaven()),
  ]
  const registries = {
    npm: upstreamAt(npm.origin),
    pypi: upstreamAt(`${pypi.origin}/simple`),
    crates: upstreamAt(crates.origin),
    go: upstreamAt(go.origin, { checksums: { name: 'sum.example.com', exempt: '' } }),
    maven: upstreamAt(maven.origin),
  }
  const all = Object.values({ npm, pypi, crates, go, maven })
  const trial = kept(await openTrialEgress({ registries }))
  const before = all.map(({ paths }) => paths().length)
  await fc.assert(
    fc.asyncProperty(TARGET, async path => {
      const line = path.replace(/[\r\n]/g, '')
      const answer = await trial.raw(`GET ${line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
      expect(answer).toMatch(/^(HTTP\/1\.1 (200|400|403|404|502) |$)/)
      expect(all.flatMap(({ complaints }) => complaints)).toEqual([])
    }),
    { numRuns: 3000 },
  )
  const reached = all.map(({ paths }, index) => new Set(paths().slice(before[index])).size)
  expect(Math.min(...reached)).toBeGreaterThan(1)
})
