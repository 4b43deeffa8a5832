import type { FileContent, Files } from '../files.ts'
import { filesWhere, jsonOf, textOf } from './manifest.ts'
import { packageOf, packagesNamed } from './package.ts'
import type { DependencyRules } from './toolchain.ts'

const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json']

/** What of a `package.json` decides what is installed; its scripts are the project's own and are not for fetching. */
const FIELDS = [
  ...['name', 'version', 'type', 'bin', 'engines', 'os', 'cpu', 'workspaces', 'overrides'],
  ...['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta'],
]

/** Packages from npm, for everything that has a `package.json`. */
export const npm: DependencyRules = {
  ecosystem: 'npm',
  needs: [{ binary: 'npm', oldest: [8, 0] }],
  install: 'apt-get install npm',
  inputs(files) {
    const own = packageOf(files)
    const isWhole = own.workspaces !== undefined
    if (packagesNamed(own).length === 0 && !isWhole) return null
    const manifests = filesWhere(files, path =>
      isWhole
        ? /(^|\/)package\.json$/.test(path) && !path.includes('node_modules/')
        : path === 'package.json',
    )
    const reduced = [...manifests.keys()].map((path): [string, FileContent] => [
      path,
      reducedPackage(files, path),
    ])
    return new Map([...reduced, ...filesWhere(files, path => LOCKS.includes(path))])
  },
  fetch: inputs => ['npm', LOCKS.some(path => inputs.has(path)) ? 'ci' : 'install', ...FLAGS],
  fetchEnv: {
    // A lock file that names another registry means the same packages of ours.
    npm_config_replace_registry_host: 'always',
    npm_config_update_notifier: 'false',
  },
  scripts: [
    '/bin/sh',
    '-c',
    'grep -q \'"hasInstallScript": true\' node_modules/.package-lock.json || exit 0; exec npm rebuild',
  ],
  keeps: { directory: 'node_modules', inside: '/workspace/node_modules' },
  scratch: [
    '/workspace/node_modules/.cache',
    '/workspace/node_modules/.vite',
    '/workspace/node_modules/.vite-temp',
  ],
  env: {},
  locks: ['package-lock.json'],
}

const FLAGS = [
  ...['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'],
  // The address of the mirror means nothing to whoever gets the lock file.
  '--omit-lockfile-registry-resolved',
]

/** A broken one stays as it is, so that npm says what is wrong with it. */
function reducedPackage(files: Files, path: string): FileContent {
  const whole = jsonOf(files, path)
  if (typeof whole !== 'object' || whole === null || Object.keys(whole).length === 0) {
    return { content: textOf(files, path) }
  }
  const kept = Object.entries(whole).filter(([field]) => FIELDS.includes(field))
  return { content: `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n` }
}
