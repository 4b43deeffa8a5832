import type { MessageEntity } from '@grammyjs/types'
import { badRequest } from './refused.ts'

/** The tags of core.telegram.org/bots/api#html-style without attributes; `a` and `blockquote expandable` have one. */
const TAGS: Readonly<Record<string, MessageEntity.CommonMessageEntity['type'] | 'pre'>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
}
const CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }

const PIECE = /<(\/?)([a-z-]+)((?:\s[^<>]*)?)>|&(?:#(\d+)|#x([\da-f]+)|(\w+));|[^<&]+|[<&]/gi

type Open = { tag: string; offset: number; attributes: string }

/** Text and entities of a text with `parse_mode: HTML`. */
export function fromHtml(html: string): { text: string; entities: MessageEntity[] } {
  let text = ''
  const entities: MessageEntity[] = []
  const open: Open[] = []
  for (const [piece, slash, tag, attributes = '', decimal, hex, name] of html.matchAll(PIECE)) {
    if (piece === '<') throw unparsed(`Unsupported start tag at byte offset ${Buffer.byteLength(text)}`)
    if (tag === undefined) text += characterOf(decimal, hex, name) ?? piece
    else if (slash === '') open.push({ tag: known(tag), offset: text.length, attributes })
    else entities.push(...closed(open.pop(), tag, text.length))
  }
  const left = open.at(-1)
  if (left) throw unparsed(`Can't find end tag corresponding to start tag "${left.tag}"`)
  return { text, entities: entities.sort((one, other) => one.offset - other.offset) }
}

function unparsed(why: string) {
  return badRequest(`can't parse entities: ${why}`)
}

function known(tag: string): string {
  const lower = tag.toLowerCase()
  if (lower !== 'a' && TAGS[lower] === undefined) throw unparsed(`Unsupported start tag "${lower}"`)
  return lower
}

function characterOf(decimal?: string, hex?: string, name?: string): string | undefined {
  if (decimal) return String.fromCodePoint(Number(decimal))
  if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
  return name === undefined ? undefined : CHARACTERS[name]
}

function closed(opened: Open | undefined, tag: string, end: number): MessageEntity[] {
  if (!opened) throw unparsed(`Unexpected end tag "${tag}"`)
  if (opened.tag !== tag.toLowerCase())
    throw unparsed(`Unmatched end tag, expected "</${opened.tag}>", found "</${tag}>"`)
  const place = { offset: opened.offset, length: end - opened.offset }
  if (place.length === 0) return []
  if (opened.tag === 'a') return [{ type: 'text_link', url: hrefOf(opened.attributes), ...place }]
  const type = TAGS[opened.tag]
  return type === undefined ? [] : [{ type, ...place }]
}

function hrefOf(attributes: string): string {
  const href = /\shref=(?:"([^"]+)"|'([^']+)')/.exec(attributes)
  const url = href?.[1] ?? href?.[2]
  if (url === undefined) throw unparsed('A link has no href')
  return url
}
