import { z } from 'zod'
import type { Files } from '../../files.ts'
import type { Dependency } from './dependency.ts'
import { pathsNamed, tomlAt } from './texts.ts'

const lockSchema = z.looseObject({
  package: z.array(z.looseObject({ name: z.string(), version: z.string(), source: z.string().optional() })),
})

/** Packages of every `Cargo.lock`; those without a source are the project's own. */
export function cargoLocked(files: Files): Dependency[] {
  return pathsNamed(files, 'Cargo.lock').flatMap(from =>
    (lockSchema.safeParse(tomlAt(files, from)).data?.package ?? [])
      .filter(({ source }) => source !== undefined)
      .map(({ name, version }) => ({ ecosystem: 'crates.io' as const, name, version, licence: null, from })),
  )
}

const names = z.record(z.string(), z.unknown()).optional()
const manifestSchema = z.looseObject({
  dependencies: names,
  'dev-dependencies': names,
  'build-dependencies': names,
})

/** What `Cargo.toml` asks for, which says no more than which versions would do. */
export function cargoNamed(files: Files): Dependency[] {
  return pathsNamed(files, 'Cargo.toml').flatMap(from => {
    const found = manifestSchema.safeParse(tomlAt(files, from)).data ?? {}
    const { dependencies, 'dev-dependencies': forTests, 'build-dependencies': forBuilds } = found
    return Object.entries({ ...forTests, ...forBuilds, ...dependencies })
      .filter(([, wanted]) => !z.looseObject({ path: z.string() }).safeParse(wanted).success)
      .map(([name]) => ({ ecosystem: 'crates.io' as const, name, version: null, licence: null, from }))
  })
}

const packageSchema = z.looseObject({
  package: z.looseObject({ name: z.string(), version: z.string(), license: z.string().optional() }),
})

/** Packages that lie in a directory of `cargo vendor`. */
export function cargoInstalled(installed: Files): Dependency[] {
  return pathsNamed(installed, 'Cargo.toml').flatMap(from => {
    const found = packageSchema.safeParse(tomlAt(installed, from))
    if (!found.success) return []
    const { name, version, license: licence = null } = found.data.package
    return [{ ecosystem: 'crates.io' as const, name, version, licence, from }]
  })
}
