import type { Files } from '../files.ts'
import { filesWhere, textOf } from './manifest.ts'
import type { DependencyRules, Toolchain } from './toolchain.ts'

const INSIDE = '/opt/dependencies/go'
const STUB = 'botwright_stub.go'

/** Downloads what is named, then what the imports need beyond that; both also write the sums. */
const dependencies: DependencyRules = {
  ecosystem: 'go',
  needs: [],
  install: 'apt-get install golang-go',
  inputs(files) {
    const imports = foreignImports(files)
    if (!/^\s*require\b/m.test(textOf(files, 'go.mod')) && imports.length === 0) return null
    const stub = ['package stub', '', ...imports.map(path => `import _ "${path}"`), ''].join('\n')
    return new Map([
      ...filesWhere(files, path => path === 'go.mod' || path === 'go.sum'),
      [STUB, { content: stub }],
    ])
  },
  fetch: () => ['/bin/sh', '-c', 'go mod download && go list -deps -test ./... > /dev/null'],
  fetchEnv: { GOMODCACHE: '/workspace/mod', GOFLAGS: '-mod=mod -modcacherw', GOTOOLCHAIN: 'local' },
  keeps: { directory: 'mod', inside: INSIDE },
  scratch: [],
  env: { GOMODCACHE: INSIDE },
  locks: ['go.mod', 'go.sum'],
}

const WARM_INSIDE = '/opt/warm/go'

/** What most programs use of the standard library. */
const LIBRARY = [
  ...['bufio', 'bytes', 'compress/gzip', 'context', 'crypto/rand', 'crypto/sha256', 'database/sql', 'embed'],
  ...[
    'encoding/base64',
    'encoding/csv',
    'encoding/hex',
    'encoding/json',
    'encoding/xml',
    'errors',
    'expvar',
    'flag',
  ],
  ...[
    'fmt',
    'html/template',
    'io',
    'io/fs',
    'log',
    'log/slog',
    'maps',
    'math',
    'math/big',
    'math/rand',
    'mime/multipart',
  ],
  ...[
    'net',
    'net/http',
    'net/mail',
    'net/url',
    'os',
    'os/exec',
    'os/signal',
    'path/filepath',
    'reflect',
    'regexp',
  ],
  ...[
    'runtime/debug',
    'slices',
    'sort',
    'strconv',
    'strings',
    'sync',
    'sync/atomic',
    'syscall',
    'text/tabwriter',
  ],
  ...['text/template', 'time', 'unicode/utf8'],
]

function importing(name: string, paths: readonly string[], rest: string): string {
  const imports = paths.map(path => (path === 'testing' ? `\t"${path}"` : `\t_ "${path}"`))
  return [`package ${name}`, '', 'import (', ...imports, ')', '', rest, ''].join('\n')
}

/** Without what an earlier run has kept, the standard library is compiled first: half a minute on two processors. */
const COMPILING = { wallMs: 600_000, cpuSeconds: 1200, memoryBytes: 2 * 1024 ** 3 }
const SERVING = { wallMs: 300_000, cpuSeconds: 600, memoryBytes: 2 * 1024 ** 3 }

export const go: Toolchain = {
  id: 'go',
  title: 'Go',
  recognises: paths => paths.includes('go.mod'),
  manifests: ['go.mod'],
  language: 'go',
  needs: [{ binary: 'go', oldest: [1, 21], ask: ['go', 'version'] }],
  install: 'apt-get install golang-go',
  // `-mod=mod`, so that a go.sum that is not whole yet is completed from what was fetched.
  env: { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod -buildvcs=false', GOPROXY: 'off', GOSUMDB: 'off' },
  checks: () => [
    { name: 'format', kind: 'format', phase: 'lint', command: UNFORMATTED, fix: ['gofmt', '-w', '.'] },
    { name: 'lint', kind: 'lint', phase: 'lint', command: ['go', 'vet', './...'] },
    { name: 'build', phase: 'build', command: ['go', 'build', '-o', '/dev/null', './...'] },
    {
      name: 'test',
      phase: 'test',
      command: ['go', 'test', '-json', './...'],
      report: { format: 'go-json' },
    },
  ],
  testsRun:
    'From the project root: `go test ./...`, or one file, which must then be complete in itself: `go test -v tests/x_test.go`.',
  testSuite: 'go test ./...',
  testFile: path => ['go', 'test', '-v', path],
  limits: { lint: COMPILING, build: COMPILING, test: COMPILING, serve: SERVING, prove: COMPILING },
  dependencies,
  warmth: {
    files: new Map(
      Object.entries({
        'go.mod': { content: 'module warm\n' },
        'warm.go': { content: importing('main', LIBRARY, 'func main() {}') },
        'warm_test.go': {
          content: importing('main', ['testing', 'net/http/httptest'], 'func TestWarm(*testing.T) {}'),
        },
      }),
    ),
    command: ['/bin/sh', '-c', 'go build -o /dev/null . && go vet . && go test . && rm -f cache/README'],
    env: {
      GOTOOLCHAIN: 'local',
      GOFLAGS: '-mod=mod -buildvcs=false',
      GOPROXY: 'off',
      GOCACHE: '/workspace/cache',
    },
    limits: COMPILING,
    keeps: { directory: 'cache', inside: WARM_INSIDE },
    begin: [
      '/bin/sh',
      '-c',
      `mkdir -p ~/.cache && cp -r --no-preserve=mode ${WARM_INSIDE} ~/.cache/go-build`,
    ],
  },
}

/** `gofmt -l` names files and still ends well. */
const UNFORMATTED = [
  '/bin/sh',
  '-c',
  'found=$(gofmt -l .) && test -z "$found" && exit 0; echo "not formatted by gofmt:"; echo "$found"; exit 1',
]

const IMPORTS_MAX = 1000

/** What the code imports from outside the standard library, whose paths have no dot at the front, and its own module. */
function foreignImports(files: Files): string[] {
  const own = /^module\s+"?([^\s"]+)/m.exec(textOf(files, 'go.mod'))?.[1] ?? ''
  const sources = [...files.keys()].filter(path => path.endsWith('.go') && !path.startsWith('vendor/'))
  const found = sources.flatMap(path => importsIn(textOf(files, path)))
  const foreign = found.filter(path => path !== own && !path.startsWith(`${own}/`))
  return [...new Set(foreign)].sort().slice(0, IMPORTS_MAX)
}

const FOREIGN = /"([\w-]+(?:\.[\w-]+)+\/[\w./~-]+)"/g

function importsIn(source: string): string[] {
  const blocks = source.match(/^import\s*(?:\([^)]*\)|(?:[\w.]+\s+)?"[^"]*")/gm) ?? []
  return blocks.flatMap(block => [...block.matchAll(FOREIGN)].flatMap(([, path]) => path ?? []))
}
