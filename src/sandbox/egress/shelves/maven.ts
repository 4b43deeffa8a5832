import { asItIs, type Settings, type Shelf, type ShelfParts } from './shelf.ts'

const SEGMENT = /^[A-Za-z0-9_][\w.+-]*$/
/** The list of versions, of an artefact or of the plugins of a group, and its checksums. */
const LIST = /^maven-metadata\.xml(\.(md5|sha1|sha256|sha512|asc))?$/
/** The last segments of a file's path: artefact, version, name. */
const FILE_SEGMENTS_MIN = 4

export function mavenShelf({ upstream }: ShelfParts): Shelf {
  return {
    sample: 'junit/junit/maven-metadata.xml',
    find(path) {
      const segments = path.slice(1).split('/')
      if (segments.length < 2 || !segments.every(segment => SEGMENT.test(segment))) return null
      const address = `${upstream.base}${segments.join('/')}`
      const [file = '', version = '', artefact = ''] = segments.toReversed()
      if (LIST.test(file)) return { kind: 'page', address, accept: '*/*', rewrite: asItIs }
      if (segments.length < FILE_SEGMENTS_MIN || !file.startsWith(`${artefact}-`)) return null
      return { kind: 'artefact', address, changes: version.endsWith('-SNAPSHOT') }
    },
  }
}

/** Every repository that a project or one of its dependencies names is replaced by this one. */
export function mavenSettings(root: string): Settings {
  const content = `<?xml version="1.0" encoding="UTF-8"?>
<settings>
  <interactiveMode>false</interactiveMode>
  <mirrors>
    <mirror>
      <id>mirror</id>
      <mirrorOf>*</mirrorOf>
      <url>${root}/</url>
    </mirror>
  </mirrors>
</settings>
`
  return { env: {}, files: new Map([['.m2/settings.xml', { content }]]) }
}
