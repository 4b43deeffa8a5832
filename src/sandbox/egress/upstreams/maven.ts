import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { isObject } from '../shelves/shelf.ts'
import { basic, below, either, type Found, readAddress } from './address.ts'
import type { Machine } from './machine.ts'

type Mirror = { id: string; mirrorOf: string; url: string }
type Server = { id: string; username: string; password: string }

/** The mirror of the central repository in Maven's settings, or the repository that Maven itself names. */
export async function readMaven(machine: Machine): Promise<Found> {
  const said = (await machine.ask('mvn', ['--batch-mode', '--version'])) ?? ''
  const [, place] = /^Maven home: (.*)$/m.exec(said) ?? []
  const [, version = ''] = /Apache Maven ([\w.-]+)/.exec(said) ?? []
  if (place === undefined) return { missing: 'Maven is not installed here.' }
  const texts = [join(machine.home, '.m2/settings.xml'), join(place, 'conf/settings.xml')].map(machine.read)
  const settings = (await Promise.all(texts)).map(text => readSettings(text ?? ''))
  const mirror = settings.flatMap(({ mirrors }) => mirrors).find(({ mirrorOf }) => isOfCentral(mirrorOf))
  const address = readAddress(mirror?.url ?? (await standard(machine, place, version)) ?? '')
  if (address === null) return { missing: 'Maven names no repository that is a web address.' }
  const { base, credentials } = address
  const id = mirror?.id ?? 'central'
  const server = settings.flatMap(({ servers }) => servers).find(one => one.id === id)
  if (server === undefined) return { upstream: { base, credentials } }
  const own = below(base, basic(server.username, server.password))
  return { upstream: { base, credentials: either(own, credentials) } }
}

const PARSER = new XMLParser({
  isArray: name => name === 'mirror' || name === 'server',
  parseTagValue: false,
})

function readSettings(text: string): { mirrors: Mirror[]; servers: Server[] } {
  const settings = inside(parsed(text), 'settings')
  return {
    mirrors: listIn(inside(settings, 'mirrors'), 'mirror').map(one => ({
      id: textIn(one, 'id'),
      mirrorOf: textIn(one, 'mirrorOf'),
      url: textIn(one, 'url'),
    })),
    servers: listIn(inside(settings, 'servers'), 'server').map(one => ({
      id: textIn(one, 'id'),
      username: textIn(one, 'username'),
      password: textIn(one, 'password'),
    })),
  }
}

function parsed(text: string): unknown {
  try {
    return PARSER.parse(text)
  } catch {
    return {}
  }
}

/** `central`, `*`, `external:*` and lists of such, in which `!central` takes it out again. */
function isOfCentral(mirrorOf: string): boolean {
  const names = mirrorOf.split(',').map(name => name.trim())
  return !names.includes('!central') && ['central', '*', 'external:*'].some(name => names.includes(name))
}

const MODEL = 'org/apache/maven/model/pom-4.0.0.xml'

/** The model that every project inherits is in a library of Maven; Debian names it after no exact version. */
async function standard(machine: Machine, place: string, version: string): Promise<string | null> {
  for (const suffix of [version, '3.x', '4.x']) {
    const model = await machine.unpack(join(place, `lib/maven-model-builder-${suffix}.jar`), MODEL)
    const repositories = inside(inside(parsed(model ?? ''), 'project'), 'repositories')
    const url = textIn(inside(repositories, 'repository'), 'url')
    if (url !== '') return url
  }
  return null
}

function inside(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = inside(value, name)
  return Array.isArray(list) ? list : []
}

function textIn(value: unknown, name: string): string {
  const text = inside(value, name)
  return typeof text === 'string' ? text.trim() : ''
}
