import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newToken, sameSecret } from '../id.ts'

/** The one owner's way in: a link that works once a start, and a secret that stays in the browser as a cookie. */
export type SignIn = {
  secret: string
  token: string
  /** Whether this token opens the door now; it does so once. */
  use(token: string): boolean
}

/** Reads the secret of the data directory, or makes it: a browser that was let in stays so over restarts. */
export function openSignIn(dataDir: string): SignIn {
  const token = newToken()
  let used = false
  return {
    secret: secretOf(join(dataDir, 'web-secret')),
    token,
    use: shown => {
      if (used || !sameSecret(shown, token)) return false
      used = true
      return true
    },
  }
}

function secretOf(file: string): string {
  if (!existsSync(file)) writeFileSync(file, newToken(), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}
