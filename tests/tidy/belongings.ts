import type { File, Rule } from './tree.ts'

/** What is in the repository must make sense on every machine. */

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** Put together from parts, so that this file holds to its own rule. */
const OF_ONE_MACHINE = [
  new RegExp(['(?<![\\w.])', 'work', ''].join('/')),
  new RegExp(['', 'tmp', 'w', ''].join('/')),
  ...['registry\\.npmjs', 'pypi', 'files\\.pythonhosted', 'deb\\.debian', 'proxy\\.golang'].map(
    host => new RegExp(`\\b${host}\\.org\\b`),
  ),
  ...['static\\.crates', 'index\\.crates'].map(host => new RegExp(`\\b${host}\\.io\\b`)),
]

/** No file names a path of the machine it was written on, or the host of a package registry. */
export const noMachineIsNamed: Rule = files =>
  files.flatMap(({ path, text }) =>
    text
      .split('\n')
      .filter(line => OF_ONE_MACHINE.some(pattern => pattern.test(line)))
      .map(line => `${path} names a machine or a registry: ${line.trim().slice(0, 100)}`),
  )

/** The lock file says which packages, and leaves to each machine where from. */
export const theLockNamesNoHost: Rule = files =>
  find(files, 'package-lock.json').flatMap(({ text }) =>
    text
      .split('\n')
      .filter(line => line.includes('"resolved"'))
      .map(line => `package-lock.json names a host: ${line.trim()}`),
  )

/** The same versions everywhere and always. */
export const versionsAreExact: Rule = files =>
  find(files, 'package.json')
    .map(({ text }): Partial<Record<string, Record<string, string>>> => JSON.parse(text))
    .flatMap(manifest => SECTIONS.flatMap(section => Object.entries(manifest[section] ?? {})))
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => `package.json takes any ${version} of ${name}: name one version.`)

function find(files: readonly File[], path: string): File[] {
  return files.filter(file => file.path === path)
}
