import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSignIn, type SignIn } from './signIn.ts'

function signingIn(play: (signIn: SignIn, dataDir: string) => void): void {
  const dataDir = mkdtempSync(join(tmpdir(), 'sign-in-'))
  try {
    play(openSignIn(dataDir), dataDir)
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

test('every link opens once, whichever was made last', () =>
  signingIn(signIn => {
    const [first, second] = [signIn.issue(), signIn.issue()]
    expect([first, first, second, second, ''].map(signIn.use)).toEqual([true, false, true, false, false])
  }))

test('only the newest links are kept open', () =>
  signingIn(signIn => {
    const tokens = Array.from({ length: 6 }, () => signIn.issue())
    expect(tokens.map(signIn.use)).toEqual([false, true, true, true, true, true])
  }))

test('the secret of a browser outlives a restart', () =>
  signingIn((signIn, dataDir) => expect(openSignIn(dataDir).secret).toBe(signIn.secret)))
