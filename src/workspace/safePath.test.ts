import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safePath } from './safePath.ts'

test('ordinary paths pass, without dots and doubled slashes', () => {
  const passing = {
    'src/main.ts': 'src/main.ts',
    './src//main.ts': 'src/main.ts',
    'app/[id]/(group)/@slot/page.tsx': 'app/[id]/(group)/@slot/page.tsx',
    '.github/workflows/ci.yml': '.github/workflows/ci.yml',
    '.gitignore': '.gitignore',
    'föö/日本 語.md': 'föö/日本 語.md',
    'console/auxiliary.c': 'console/auxiliary.c',
  }
  for (const [path, value] of Object.entries(passing)) {
    expect(safePath(path), path).toEqual({ ok: true, value })
  }
})

test('unsafe paths are refused for the right reason', () => {
  const refused = {
    absolute: ['/etc/passwd', '~/x', 'C:/x', 'c:x', '\\\\server\\x'],
    outside: ['..', '../x', 'a/../../x', 'a/..', 'a/../b'],
    git: ['.git', '.git/config', 'a/.GIT/x', '.git./x', '.git /x', 'git~1/x', '.g\u200cit/x'],
    characters: ['a\0b', 'a\nb', 'a\\b', 'ab:c', 'what?', 'a*', '"a"', '\ud800'],
    reserved: ['con', 'NUL.txt', 'a/com1.c', 'a.', 'b ', '...'],
    empty: ['', '.', './', 'a/', './.'],
    'too-long': ['x'.repeat(256), 'ä'.repeat(128), 'ab/'.repeat(400).concat('c')],
  }
  for (const [reason, paths] of Object.entries(refused)) {
    for (const path of paths)
      expect(safePath(path), JSON.stringify(path)).toMatchObject({ ok: false, reason })
  }
})

test('a refusal says what to do in a sentence', () => {
  expect(safePath('../x')).toMatchObject({ says: expect.stringMatching(/^[A-Z].*\.$/) })
})

test('what passes stays inside and passes again unchanged', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('.', '..', '.git', 'a', '~', 'con'))
  fc.assert(
    fc.property(fc.array(name), names => {
      const result = safePath(names.join('/'))
      if (!result.ok) return
      expect(result.value.split('/')).not.toContain('..')
      expect(result.value.startsWith('/')).toBe(false)
      expect(safePath(result.value)).toEqual(result)
    }),
  )
})
