import { Hono } from 'hono'
import { keysApi } from '../../src/http/keys.ts'
import { secretsApi } from '../../src/http/secrets.ts'
import type { Cipher } from '../../src/llm/keys/cipher.ts'
import type { Books } from './books.ts'

/** The routes of a person's secrets and the operator's of keys, and nothing else of the product. */
export function secretsFront(parts: Books, cipher: Cipher, userId: string): Hono {
  const refresh = () => Promise.reject(new Error('no model was to be looked at'))
  return new Hono()
    .route('/', secretsApi({ parts, cipher, userId }))
    .route('/', keysApi({ parts, cipher, models: { refresh } }))
}
