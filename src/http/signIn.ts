import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newToken, sameSecret } from '../id.ts'

/** The one owner's way in: links that work once each, and a secret that stays in the browser as a cookie. */
export type SignIn = {
  secret: string
  /** A fresh token for a link. */
  issue(): string
  /** Whether this token opens the door now; it does so once. */
  use(token: string): boolean
}

/** So many links may lie unopened; a newer one ends the oldest. */
const UNUSED_MAX = 5

/** Reads the secret of the data directory, or makes it: a browser that was let in stays so over restarts. */
export function openSignIn(dataDir: string): SignIn {
  let unused: readonly string[] = []
  return {
    secret: secretOf(join(dataDir, 'web-secret')),
    issue: () => {
      const token = newToken()
      unused = [...unused, token].slice(-UNUSED_MAX)
      return token
    },
    use: shown => {
      const rest = unused.filter(token => !sameSecret(shown, token))
      const opens = rest.length < unused.length
      unused = rest
      return opens
    },
  }
}

function secretOf(file: string): string {
  if (!existsSync(file)) writeFileSync(file, newToken(), { mode: 0o600 })
  return readFileSync(file, 'utf8')
}
