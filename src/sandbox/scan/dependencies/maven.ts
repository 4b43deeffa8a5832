import { below, type Node, parseXml, textOf } from '../../checks/reports/xml.ts'
import type { Files } from '../../files.ts'
import type { Dependency } from './dependency.ts'
import { pathsNamed, textAt } from './texts.ts'

const PROPERTY_STEPS_MAX = 5
const PARENTS_MAX = 8

/** What every `pom.xml` of the project names itself; what those in turn bring along is not known here. */
export function mavenNamed(files: Files): Dependency[] {
  return pathsNamed(files, 'pom.xml').flatMap(from => {
    const project = projectIn(files, from)
    if (project === null) return []
    const managed = dependenciesOf(below(project, 'dependencyManagement')[0] ?? {})
    const versions = new Map(managed.map(each => [coordinates(each), textIn(each, 'version')]))
    return dependenciesOf(project).map(each => {
      const name = coordinates(each)
      const written = textIn(each, 'version') || versions.get(name) || ''
      return { ecosystem: 'Maven' as const, name, version: resolved(written, project), licence: null, from }
    })
  })
}

/** The licence that the `.pom` of a package in a local repository names, by `group:artifact` and version. */
export function mavenLicence(installed: Files, name: string, version: string, step = 0): string | null {
  const [group = '', artifact = ''] = name.split(':')
  const end = `${group.replaceAll('.', '/')}/${artifact}/${version}/${artifact}-${version}.pom`
  const path = [...installed.keys()].find(each => each === end || each.endsWith(`/${end}`))
  const project = path === undefined ? null : projectIn(installed, path)
  if (project === null) return null
  const licences = below(below(project, 'licenses')[0] ?? {}, 'license').map(each => textIn(each, 'name'))
  const said = licences.filter(each => each !== '')
  return said.length === 0 ? parentLicence(installed, project, step + 1) : said.join(' OR ')
}

/** Many packages leave it to their parent. */
function parentLicence(installed: Files, project: Node, step: number): string | null {
  const parent = below(project, 'parent')[0]
  if (parent === undefined || step > PARENTS_MAX) return null
  const version = textIn(parent, 'version')
  return version === '' ? null : mavenLicence(installed, coordinates(parent), version, step)
}

function projectIn(files: Files, path: string): Node | null {
  const document = parseXml(textAt(files, path) ?? '')
  return document === null ? null : (below(document, 'project')[0] ?? null)
}

function dependenciesOf(node: Node): Node[] {
  return below(node, 'dependencies').flatMap(list => below(list, 'dependency'))
}

function coordinates(node: Node): string {
  return `${textIn(node, 'groupId')}:${textIn(node, 'artifactId')}`
}

/** `${some.version}` is a property of the project. */
function resolved(written: string, project: Node): string | null {
  const properties = below(project, 'properties')[0] ?? {}
  let version = written
  for (let step = 0; step < PROPERTY_STEPS_MAX && version.includes('${'); step++) {
    version = version.replace(/\$\{([^}]+)\}/g, (whole, name: string) => textIn(properties, name) || whole)
  }
  return /^[\w.+-]+$/.test(version) ? version : null
}

function textIn(node: Node, name: string): string {
  const first = below(node, name)[0]
  return first === undefined ? '' : textOf(first).trim()
}
