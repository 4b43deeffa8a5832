import { createCipheriv, createDecipheriv } from 'node:crypto'
import { newBytes } from '../../id.ts'
import type { Secrets } from '../../log.ts'
import type { Masters } from './masterKey.ts'

/** Whose secret it is. It is sealed in, so that a sealed text moved to another row does not open. */
export type Owner = { id: string; provider: string }
/** `sealed`: initialisation vector (12 bytes), tag (16 bytes), the text. */
export type Sealed = { sealed: Uint8Array; masterFingerprint: string }

export type Cipher = {
  /** The master key that seals, and all that open, by fingerprint. */
  sealsUnder: string
  opensUnder: readonly string[]
  seal(owner: Owner, text: string): Sealed
  /** Undefined when no master key here opens it, or it is not what was sealed. */
  open(owner: Owner, sealed: Sealed): string | undefined
}

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals with AES-256-GCM. Every text that passes through is kept out of the log from then on. */
export function openCipher(masters: Masters, secrets: Secrets): Cipher {
  const [first] = masters
  return {
    sealsUnder: first.fingerprint,
    opensUnder: masters.map(({ fingerprint }) => fingerprint),
    seal: (owner, text) => {
      secrets.add(text)
      return { sealed: seal(first.bytes, owner, text), masterFingerprint: first.fingerprint }
    },
    open: (owner, { sealed, masterFingerprint }) => {
      const master = masters.find(({ fingerprint }) => fingerprint === masterFingerprint)
      const text = master && open(master.bytes, owner, sealed)
      if (text !== undefined) secrets.add(text)
      return text
    },
  }
}

function seal(key: Uint8Array, owner: Owner, text: string): Uint8Array {
  const iv = newBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(bound(owner))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

function open(key: Uint8Array, owner: Owner, sealed: Uint8Array): string | undefined {
  const [iv, tag, rest] = [
    sealed.subarray(0, IV_BYTES),
    sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES),
    sealed.subarray(IV_BYTES + TAG_BYTES),
  ]
  if (tag.length < TAG_BYTES) return undefined
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(bound(owner)).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(rest), decipher.final()]).toString('utf8')
  } catch {
    // The tag does not fit: another key, another owner, or changed bytes.
    return undefined
  }
}

function bound({ id, provider }: Owner): Uint8Array {
  return Buffer.from(JSON.stringify([provider, id]))
}
