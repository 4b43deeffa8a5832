import { z } from 'zod'
import type { Files } from '../../files.ts'
import type { Dependency } from './dependency.ts'
import { jsonAt, pathsNamed } from './texts.ts'

/** Long ago a licence was an object, or a list of them. */
const licence = z
  .union([
    z.string(),
    z.object({ type: z.string() }).transform(({ type }) => type),
    z.array(z.object({ type: z.string() })).transform(list => list.map(({ type }) => type).join(' OR ')),
  ])
  .nullable()
  .catch(null)

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      name: z.string().optional(),
      version: z.string().optional(),
      link: z.boolean().optional(),
      license: licence.optional(),
    }),
  ),
})

/** Packages of every `package-lock.json` of npm 7 and later. */
export function npmLocked(files: Files): Dependency[] {
  return pathsNamed(files, /^(?:package-lock|npm-shrinkwrap)\.json$/).flatMap(from => {
    const lock = lockSchema.safeParse(jsonAt(files, from))
    if (!lock.success) return []
    return Object.entries(lock.data.packages).flatMap(([path, entry]) => {
      const at = path.lastIndexOf('node_modules/')
      if (at < 0 || entry.link === true || entry.version === undefined) return []
      const name = entry.name ?? path.slice(at + 'node_modules/'.length)
      return [
        { ecosystem: 'npm' as const, name, version: entry.version, licence: entry.license ?? null, from },
      ]
    })
  })
}

const names = z.record(z.string(), z.string()).catch({}).optional()
const manifestSchema = z.looseObject({
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
})

/** What `package.json` asks for; an exact version is one that is used. */
export function npmNamed(files: Files): Dependency[] {
  return pathsNamed(files, 'package.json').flatMap(from => {
    const manifest = manifestSchema.safeParse(jsonAt(files, from))
    if (!manifest.success) return []
    const { dependencies, devDependencies, optionalDependencies } = manifest.data
    return Object.entries({ ...devDependencies, ...optionalDependencies, ...dependencies })
      .filter(([, wanted]) => !/^(?:file|link|workspace):/.test(wanted))
      .map(([name, wanted]) => {
        const version = /^\d+\.\d+\.\d+[\w.+-]*$/.test(wanted) ? wanted : null
        return { ecosystem: 'npm' as const, name, version, licence: null, from }
      })
  })
}

const installedSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: licence.optional(),
  licenses: licence.optional(),
})

/** Packages that lie in `node_modules`. */
export function npmInstalled(installed: Files): Dependency[] {
  return pathsNamed(installed, 'package.json').flatMap(from => {
    const found = installedSchema.safeParse(jsonAt(installed, from))
    if (!found.success || !isRoot(from, found.data.name)) return []
    const { name, version, license, licenses } = found.data
    return [{ ecosystem: 'npm' as const, name, version, licence: license ?? licenses ?? null, from }]
  })
}

/** Packages bring further `package.json` in folders of their own. */
function isRoot(path: string, name: string): boolean {
  return `/${path}`.endsWith(`/${name}/package.json`)
}
