import { filesWhere, ifThere, textOf } from './manifest.ts'
import type { DependencyRules, Toolchain } from './toolchain.ts'

const INSIDE = '/opt/dependencies/rust'

/**
 * Beside the packages, the directory holds the settings that put them in the place of the registry: cargo takes such
 * settings from a file in its home directory only.
 */
const SETTINGS = [
  '[source.crates-io]',
  'replace-with = "vendored"',
  '[source.vendored]',
  `directory = "${INSIDE}/vendor"`,
].join('\\n')
const VENDOR = `mkdir -p kept/vendor && cargo vendor --respect-source-config --versioned-dirs kept/vendor > /dev/null && printf '${SETTINGS}\\n' > kept/config.toml`

const dependencies: DependencyRules = {
  ecosystem: 'crates',
  needs: [],
  install: 'apt-get install cargo',
  inputs(files) {
    const manifests = [...files.keys()].filter(path => /(^|\/)Cargo\.toml$/.test(path))
    if (!manifests.some(path => /^\s*\[.*dependencies/m.test(textOf(files, path)))) return null
    return filesWhere(files, path => manifests.includes(path) || path === 'Cargo.lock')
  },
  // Cargo does not read a manifest whose programs and libraries are not there.
  stubs: files => new Map([...files.keys()].filter(isSource).map(path => [path, { content: '' }])),
  fetch: () => ['/bin/sh', '-c', VENDOR],
  fetchEnv: { CARGO_TERM_PROGRESS_WHEN: 'never' },
  keeps: { directory: 'kept', inside: INSIDE },
  scratch: [],
  env: { CARGO_HOME: INSIDE },
  locks: ['Cargo.lock'],
}

function isSource(path: string): boolean {
  return path.endsWith('.rs') && !path.startsWith('target/')
}

const COMPILING = {
  wallMs: 900_000,
  cpuSeconds: 1800,
  memoryBytes: 3 * 1024 ** 3,
  fileBytes: 1024 ** 3,
}

export const rust: Toolchain = {
  id: 'rust',
  title: 'Rust',
  recognises: paths => paths.includes('Cargo.toml'),
  manifests: ['Cargo.toml'],
  language: 'rust',
  needs: [
    { binary: 'cargo', oldest: [1, 63] },
    { binary: 'rustc', oldest: [1, 63] },
    // It links by the C compiler.
    { binary: 'cc', oldest: [0, 0] },
  ],
  install: 'apt-get install cargo rustfmt rust-clippy gcc',
  env: { CARGO_NET_OFFLINE: 'true', CARGO_TERM_PROGRESS_WHEN: 'never', CARGO_INCREMENTAL: '0' },
  checks: () => [
    {
      name: 'format',
      kind: 'format',
      phase: 'lint',
      command: ifThere('rustfmt', ['cargo', 'fmt', '--all', '--check']),
      fix: ['cargo', 'fmt', '--all'],
    },
    {
      name: 'lint',
      kind: 'lint',
      phase: 'lint',
      command: ifThere('cargo-clippy', ['cargo', 'clippy', '--all-targets', '--quiet']),
    },
    { name: 'build', phase: 'build', command: ['cargo', 'build', '--quiet'] },
    {
      name: 'test',
      phase: 'test',
      command: ['cargo', 'test', '--no-fail-fast'],
      report: { format: 'cargo' },
    },
  ],
  testsRun:
    'From the project root: `cargo test`, or one file of `tests/`: `cargo test --test x` for `tests/x.rs`.',
  testSuite: 'cargo test',
  testFile: path => ['cargo', 'test', '--test', path.replace(/^.*\//, '').replace(/\.rs$/, '')],
  limits: { lint: COMPILING, build: COMPILING, test: COMPILING, serve: COMPILING, prove: COMPILING },
  dependencies,
}
