import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** XML that somebody else wrote: bounded, without document types, and without any entity but those of XML itself. */

const DEPTH_MAX = 40

export type Node = Readonly<Record<string, unknown>>

const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  alwaysCreateTextNode: true,
  maxNestedTags: DEPTH_MAX,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
})

/** The document, or null where it is not well-formed, has a document type or is nested too deep. */
export function parseXml(document: string): Node | null {
  if (hasDocumentType(document)) return null
  try {
    if (XMLValidator.validate(document) !== true) return null
    const root: unknown = PARSER.parse(document)
    return isNode(root) ? root : null
  } catch {
    return null
  }
}

/** What a program printed stands in `CDATA`, and may be a page of HTML. */
export function hasDocumentType(text: string): boolean {
  return /<!(?:DOCTYPE|ENTITY)/i.test(text.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, ''))
}

/** Elements of a name right below a node. */
export function below(node: Node, name: string): Node[] {
  const found = Object.hasOwn(node, name) ? node[name] : undefined
  return Array.isArray(found) ? found.filter(isNode) : []
}

export function attribute(node: Node, name: string): string {
  const value = node[`@${name}`]
  return typeof value === 'string' ? decoded(value) : ''
}

/** The text of a node itself, without that of the elements in it. */
export function textOf(node: Node): string {
  const text = node['#text']
  if (Array.isArray(text)) return decoded(text.join(''))
  return typeof text === 'string' ? decoded(text) : ''
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos));/gi,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES[`${name}`.toLowerCase()] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}
