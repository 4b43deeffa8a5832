import { z } from 'zod'
import type { Files } from '../files.ts'
import { filesWhere, textOf, tomlOf } from './manifest.ts'
import type { DependencyRules } from './toolchain.ts'

const INSIDE = '/opt/dependencies/python'
/** What the project names in `pyproject.toml`, as pip reads it. */
const OF_PYPROJECT = 'requirements-of-pyproject.txt'

/**
 * Wheels from PyPI; what must be built by running its own code is refused. Options in the files are left out: one of them
 * would ask for such a build.
 */
export const pypi: DependencyRules = {
  ecosystem: 'pypi',
  needs: [{ binary: 'pip', oldest: [20, 3], ask: ['python3', '-m', 'pip', '--version'] }],
  install: 'apt-get install python3-pip',
  inputs(files) {
    const own = requirementFiles(files)
    const named = fromPyproject(files)
    if (named.length === 0 && requirementNames(own).length === 0) return null
    return new Map([
      ...[...own.keys()].map(path => [path, { content: withoutOptions(textOf(own, path)) }] as const),
      ...(named.length > 0 ? [[OF_PYPROJECT, { content: `${named.join('\n')}\n` }] as const] : []),
    ])
  },
  fetch: inputs => [
    ...[
      'python3',
      '-m',
      'pip',
      'install',
      '--only-binary',
      ':all:',
      '--no-cache-dir',
      '--no-input',
      '--quiet',
    ],
    ...['--disable-pip-version-check', '--target', 'site'],
    ...[...inputs.keys()].filter(path => !/constraints/.test(path)).flatMap(path => ['-r', path]),
  ],
  keeps: { directory: 'site', inside: INSIDE },
  scratch: [],
  env: { PYTHONPATH: INSIDE },
  locks: [],
}

/** Other files that are named are read as well, each without its own options. */
function withoutOptions(text: string): string {
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split('\n')
  return lines
    .filter(
      line =>
        /^\s*(?!-)|^\s*(-r|-c|--requirement|--constraint)\b/.test(line) &&
        !/^\s*-(?![rc]|-requirement|-constraint)/.test(line),
    )
    .join('\n')
}

/** The packages a project names, in lower case and without versions. */
export function requirementNames(files: Files): string[] {
  const lines = [...requirementFiles(files).keys()].flatMap(path => textOf(files, path).split('\n'))
  return [...lines, ...fromPyproject(files)].flatMap(
    line => /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1]?.toLowerCase() ?? [],
  )
}

function requirementFiles(files: Files): Files {
  return filesWhere(files, path => /^(?:[\w-]*requirements[\w-]*|constraints)\.txt$/.test(path))
}

const groups = z.record(z.string(), z.array(z.unknown())).catch({})
const pyprojectSchema = z.looseObject({
  project: z
    .looseObject({
      dependencies: z.array(z.string()).catch([]),
      'optional-dependencies': groups,
    })
    .catch({ dependencies: [], 'optional-dependencies': {} }),
  'dependency-groups': groups,
})

/** Its own dependencies, and those of the groups in which tools for tests stand by custom. */
function fromPyproject(files: Files): string[] {
  const found = pyprojectSchema.safeParse(tomlOf(files, 'pyproject.toml'))
  if (!found.success) return []
  const { project, 'dependency-groups': more } = found.data
  const inGroups = [project['optional-dependencies'], more].flatMap(each =>
    ['test', 'tests', 'dev'].flatMap(group => each[group] ?? []),
  )
  return [...project.dependencies, ...inGroups.filter(each => typeof each === 'string')]
}
