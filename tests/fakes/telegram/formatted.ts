import type { MessageEntity } from '@grammyjs/types'
import { fromHtml } from './html.ts'
import { badRequest } from './refused.ts'

const CHARACTERS_MAX = 4_096

export type Formatted = { text: string; entities?: MessageEntity[] }

/** A text as it is shown, after its entities were read; in the units of UTF-16, as the API counts. */
export function formatted(given: {
  text: string
  parse_mode?: 'HTML' | undefined
  entities?: MessageEntity[] | undefined
}): Formatted {
  if (given.parse_mode && given.entities) throw badRequest('parse_mode and entities exclude each other')
  const { text, entities } = given.parse_mode
    ? fromHtml(given.text)
    : { text: given.text, entities: given.entities ?? [] }
  for (const entity of entities) inside(text, entity)
  const shown = text.trimEnd()
  if (shown.trim() === '') throw badRequest('message text is empty')
  if (shown.length > CHARACTERS_MAX) throw badRequest('message is too long')
  return entities.length > 0 ? { text: shown, entities } : { text: shown }
}

function inside(text: string, { offset, length }: MessageEntity): void {
  if (offset > text.length)
    throw badRequest(`entity begins after the end of the text at UTF-16 offset ${offset}`)
  const end = offset + length
  if (end > text.length)
    throw badRequest(
      `entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 offset ${end}`,
    )
  if (![offset, end].every(at => isBetweenCharacters(text, at)))
    throw badRequest(`entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol`)
}

function isBetweenCharacters(text: string, at: number): boolean {
  return !/^[\uDC00-\uDFFF]/.test(text.slice(at)) || !/[\uD800-\uDBFF]$/.test(text.slice(0, at))
}
