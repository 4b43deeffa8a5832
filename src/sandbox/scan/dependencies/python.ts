import { z } from 'zod'
import type { Files } from '../../files.ts'
import type { Dependency } from './dependency.ts'
import { pathsNamed, textAt, tomlAt } from './texts.ts'

const NAME = String.raw`[A-Za-z\d](?:[\w.-]*[A-Za-z\d])?`
const PINNED = new RegExp(String.raw`^(${NAME})(?:\[[^\]]*\])?\s*(?:={2,3}\s*([\w.+!-]+))?`)

/** What `requirements*.txt` and `pyproject.toml` ask for; a version that is pinned is one that is used. */
export function pythonNamed(files: Files): Dependency[] {
  const lists = pathsNamed(files, /^requirements[\w.-]*\.(?:txt|in)$/).flatMap(from =>
    (textAt(files, from) ?? '').split('\n').flatMap(line => named(line.trim(), from)),
  )
  const projects = pathsNamed(files, 'pyproject.toml').flatMap(from => {
    const project = projectSchema.safeParse(tomlAt(files, from)).data?.project
    const more = Object.values(project?.['optional-dependencies'] ?? {}).flat()
    return [...(project?.dependencies ?? []), ...more].flatMap(line => named(line.trim(), from))
  })
  return [...lists, ...projects]
}

const lines = z.array(z.string()).optional()
const projectSchema = z.looseObject({
  project: z
    .looseObject({
      dependencies: lines,
      'optional-dependencies': z.record(z.string(), z.array(z.string())).optional(),
    })
    .optional(),
})

function named(line: string, from: string): Dependency[] {
  const [, name, version = null] = PINNED.exec(line) ?? []
  return name === undefined ? [] : [{ ecosystem: 'PyPI', name, version, licence: null, from }]
}

const lockSchema = z.looseObject({
  package: z.array(z.looseObject({ name: z.string(), version: z.string(), source: z.unknown() })),
})

/** Packages of `poetry.lock` and `uv.lock`; the project itself is named there too, by its folder. */
export function pythonLocked(files: Files): Dependency[] {
  return pathsNamed(files, /^(?:poetry|uv)\.lock$/).flatMap(from =>
    (lockSchema.safeParse(tomlAt(files, from)).data?.package ?? [])
      .filter(
        ({ source }) =>
          !z
            .looseObject({ virtual: z.string() })
            .or(z.looseObject({ editable: z.string() }))
            .safeParse(source).success,
      )
      .map(({ name, version }) => ({ ecosystem: 'PyPI' as const, name, version, licence: null, from })),
  )
}

/** Packages that were installed, by the metadata that pip leaves beside each. */
export function pythonInstalled(installed: Files): Dependency[] {
  return pathsNamed(installed, 'METADATA')
    .filter(path => /\.dist-info\/METADATA$/.test(path))
    .flatMap(from => {
      const [head = ''] = (textAt(installed, from) ?? '').split(/\r?\n\r?\n/, 1)
      const said = (field: string) => new RegExp(`^${field}: *(.+)$`, 'im').exec(head)?.[1]?.trim()
      const [name, version] = [said('Name'), said('Version')]
      if (name === undefined || version === undefined) return []
      const licence = said('License-Expression') ?? classified(head) ?? shortLicence(said('License'))
      return [{ ecosystem: 'PyPI' as const, name, version, licence, from }]
    })
}

/** `Classifier: License :: OSI Approved :: MIT License` */
function classified(head: string): string | undefined {
  const found = [...head.matchAll(/^Classifier: License :: (?:OSI Approved :: )?(.+)$/gim)].flatMap(
    ([, name = '']) => (name.trim() === 'OSI Approved' ? [] : [name.trim()]),
  )
  return found.length === 0 ? undefined : found.join(' OR ')
}

/** Some packages have the whole text where only its name should be. */
function shortLicence(said: string | undefined): string | null {
  return said === undefined || said.length > 80 || said === 'UNKNOWN' ? null : said
}
