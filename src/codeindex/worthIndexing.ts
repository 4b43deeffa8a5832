/** Whether a file is code or prose that somebody would search: not binary, locked, vendored, generated or over 1 MiB. */
export function worthIndexing(path: string, text: string): boolean {
  return isWorthyPath(path) && text.length <= TEXT_CHARS_MAX && !text.includes('\0')
}

/** The part of `worthIndexing` that needs no content. */
export function isWorthyPath(path: string): boolean {
  const names = path.split('/')
  const file = names.pop()?.toLowerCase() ?? ''
  return !names.some(name => FOLDERS.has(name)) && !LOCK_FILES.has(file) && !GENERATED.test(file)
}

const TEXT_CHARS_MAX = 1024 * 1024

const FOLDERS: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'third_party',
  'site-packages',
  '__pycache__',
  'venv',
  '.venv',
  '.git',
  '.next',
  '.nuxt',
  'dist',
  'coverage',
])

const LOCK_FILES: ReadonlySet<string> = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'deno.lock',
  'poetry.lock',
  'pdm.lock',
  'uv.lock',
  'pipfile.lock',
  'cargo.lock',
  'composer.lock',
  'gemfile.lock',
  'go.sum',
  'gradle.lockfile',
  'packages.lock.json',
])

const GENERATED = /\.min\.(?:js|css)$|\.map$|\.snap$/
