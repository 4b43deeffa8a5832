import { z } from 'zod'
import type { Check } from '../checks/check.ts'
import type { Files } from '../files.ts'
import { jsonOf } from './manifest.ts'

const names = z.record(z.string(), z.string()).catch({}).default({})
const packageSchema = z
  .looseObject({
    scripts: names,
    dependencies: names,
    devDependencies: names,
    optionalDependencies: names,
    peerDependencies: names,
    workspaces: z.unknown().optional(),
  })
  .catch({
    scripts: {},
    dependencies: {},
    devDependencies: {},
    optionalDependencies: {},
    peerDependencies: {},
  })

export type Package = z.infer<typeof packageSchema>

/** What is understood of a `package.json`; nothing when it is missing or broken, which Node then says itself. */
export function packageOf(files: Files, path = 'package.json'): Package {
  return packageSchema.parse(jsonOf(files, path))
}

/** The packages that it names, whatever for. */
export function packagesNamed(found: Package): string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = found
  return [dependencies, devDependencies, optionalDependencies, peerDependencies].flatMap(Object.keys)
}

/** Scripts that check, and those that mend what they complain about. */
const CHECKED: readonly (Pick<Check, 'name' | 'kind' | 'phase'> & { script: string; fix?: string })[] = [
  { script: 'format:check', name: 'format', kind: 'format', phase: 'lint', fix: 'format' },
  { script: 'lint', name: 'lint', kind: 'lint', phase: 'lint', fix: 'lint:fix' },
  { script: 'build', name: 'build', kind: 'build', phase: 'build' },
]

/**
 * The scripts of `package.json` that are checks. They are run by a shell, as npm does, for npm is not on every machine;
 * the package's own programs are in the path of every run.
 */
export function packageChecks(files: Files): Check[] {
  const { scripts } = packageOf(files)
  return CHECKED.flatMap(({ script, fix, ...check }) => {
    const words = scripts[script]
    const mending = fix === undefined ? undefined : scripts[fix]
    if (words === undefined) return []
    return [
      { ...check, command: byShell(words), ...(mending === undefined ? {} : { fix: byShell(mending) }) },
    ]
  })
}

/** The test script, if the package has one. */
export function packageTest(files: Files): Check[] {
  const { test } = packageOf(files).scripts
  return test === undefined ? [] : [{ name: 'test', kind: 'test', phase: 'test', command: byShell(test) }]
}

function byShell(script: string): string[] {
  return ['/bin/sh', '-c', script]
}
