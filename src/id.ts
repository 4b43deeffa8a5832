import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The only source of randomness. */

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new unguessable id of 16 Crockford base-32 characters (80 bits), for instance `7f3k9q2m4x8w1c5t`. */
export function newId(): string {
  return Array.from(randomBytes(16), byte => ALPHABET[byte & 31]).join('')
}

const ID = /^[0-9a-hjkmnp-tv-z]{16}$/

/** Whether a text has the form of an id; nothing else is looked for in the database. */
export function isId(text: string): boolean {
  return ID.test(text)
}

/** A new unguessable token of 32 bytes in hex, for links and cookies. */
export function newToken(): string {
  return randomBytes(32).toString('hex')
}

/** So many unguessable bytes, for keys and initialisation vectors. */
export function newBytes(count: number): Uint8Array {
  return randomBytes(count)
}

/** SHA-256 of text or bytes, in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Whether two secrets are the same, in time that does not tell where they differ. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)))
}
