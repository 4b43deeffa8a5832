import { dirname } from 'node:path/posix'
import type { Files } from '../../files.ts'
import { type Licence, licenceOf } from '../licences/licence.ts'
import { licenceInText } from '../licences/text.ts'
import { cargoInstalled, cargoLocked, cargoNamed } from './cargo.ts'
import { type Dependency, type Ecosystem, merged, normalName } from './dependency.ts'
import { goDirectory, goNamed } from './go.ts'
import { mavenLicence, mavenNamed } from './maven.ts'
import { npmInstalled, npmLocked, npmNamed } from './npm.ts'
import { pythonInstalled, pythonLocked, pythonNamed } from './python.ts'
import { pathsNamed, textAt } from './texts.ts'

export type UsedPackage = Omit<Dependency, 'licence'> & { licence: Licence }

export type Used = {
  packages: readonly UsedPackage[]
  /** Lock files of a form that is not read here. */
  notRead: readonly string[]
}

const NOT_READ =
  /^(?:yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Pipfile\.lock|build\.gradle(?:\.kts)?|composer\.lock|Gemfile\.lock)$/

/** Lists what a delivery uses. `installed` is what was fetched for it, see `readInstalled`. */
export function listDependencies(files: Files, installed: Files = new Map()): Used {
  const own = new Map([...files].filter(([path]) => !/(?:^|\/)(?:node_modules|vendor)\//.test(path)))
  const named = [npmLocked, npmNamed, pythonLocked, pythonNamed, cargoLocked, cargoNamed, goNamed, mavenNamed]
  const found = named.flatMap(read => read(own))
  const there = [...npmInstalled(installed), ...pythonInstalled(installed), ...cargoInstalled(installed)]
  const used = found.concat(there.filter(each => isUsed(each, found)))
  const licence = licencesFrom(installed)
  return {
    packages: merged(used).map(each => ({ ...each, licence: licence(each) })),
    notRead: pathsNamed(own, NOT_READ),
  }
}

/** A lock file names all that is used; without one, all that was fetched is. */
function isUsed({ ecosystem, name }: Dependency, found: readonly Dependency[]): boolean {
  const ofKind = found.filter(each => each.ecosystem === ecosystem)
  const isLocked = ofKind.some(({ from }) => /(?:lock|shrinkwrap)[\w.]*$/.test(from))
  return ofKind.length > 0 && (!isLocked || ofKind.some(each => normalName(each.name) === normalName(name)))
}

/** What a package says of its licence, or what the text beside it says. */
function licencesFrom(installed: Files): (dependency: Dependency) => Licence {
  const texts = licenceTexts(installed)
  const textBeside = (end: string) =>
    texts.find(([directory]) => `/${directory}`.endsWith(`/${end}`))?.[1] ?? null
  const beside: Record<Ecosystem, (name: string, version: string) => string | null> = {
    npm: name => textBeside(name),
    PyPI: (name, version) => textBeside(`${name.replaceAll('-', '_')}-${version}.dist-info`),
    'crates.io': (name, version) => textBeside(`${name}-${version}`) ?? textBeside(name),
    Go: (name, version) => textBeside(goDirectory(name, version)),
    Maven: (name, version) => mavenLicence(installed, name, version),
  }
  return ({ ecosystem, name, version, licence, from }) => {
    const said = licenceOf(licence)
    if (said.kind !== 'unknown') return said
    const text = textBeside(dirname(from)) ?? beside[ecosystem](name, version ?? '')
    return text === null ? said : licenceOf(text)
  }
}

/** Directories with the text of a licence in them, or in `licenses` below, and which one it is. */
function licenceTexts(installed: Files): [directory: string, id: string][] {
  return pathsNamed(installed, /^(?:LICEN[CS]E|COPYING|UNLICENSE)/i).flatMap(path => {
    const id = licenceInText(textAt(installed, path) ?? '')
    return id === null ? [] : [[dirname(path).replace(/\/licen[cs]es$/, ''), id]]
  })
}
