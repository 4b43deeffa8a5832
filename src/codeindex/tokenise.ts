/**
 * The words of code or prose, in lower case and in their order: an identifier gives its parts (camelCase, snake_case,
 * letters and digits apart) and, when it has several, the parts joined. Runs of more than 64 characters are data, not
 * words, and are left out.
 */
export function tokens(text: string): string[] {
  return (text.match(IDENTIFIER) ?? [])
    .filter(identifier => identifier.length <= IDENTIFIER_LENGTH_MAX)
    .flatMap(partsAndWhole)
}

const IDENTIFIER_LENGTH_MAX = 64

const IDENTIFIER = /[\p{L}\p{N}_$]+/gu
// `HTTPServer2` is HTTP, Server, 2: capitals before a capitalised word, a word, capitals alone, letters without case, digits.
const PART = /\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+|[\p{Lo}\p{Lm}\p{Lt}]+|\p{N}+/gu

function partsAndWhole(identifier: string): string[] {
  const parts = (identifier.match(PART) ?? []).map(part => part.toLowerCase())
  return parts.length > 1 ? [...parts, parts.join('')] : parts
}
