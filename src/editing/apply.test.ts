import { expect, test } from 'vitest'
import { applyAnswer, applyEdits } from './apply.ts'
import type { Edit } from './edit.ts'
import {
  MAX_FILE_BYTES,
  MAX_FILE_LINES,
  MAX_LINES_READ,
  MAX_REFUSALS,
  MAX_TREE_BYTES,
  MAX_TREE_FILES,
} from './limits.ts'

const RULES = { frozen: (path: string) => path.startsWith('acceptance/') }

function replace(path: string, search: string, replacement: string, block = 1): Edit {
  return { kind: 'replace', block, path, search, replace: replacement, line: 1 }
}
function file(path: string, content: string, block = 1): Edit {
  return { kind: 'file', block, path, content, line: 1 }
}
function remove(path: string, block = 1): Edit {
  return { kind: 'delete', block, path, line: 1 }
}
function apply(files: Record<string, string>, ...edits: Edit[]) {
  return applyEdits(new Map(Object.entries(files)), edits, RULES)
}
function reasons(outcome: ReturnType<typeof applyEdits>) {
  return outcome.ok ? [] : outcome.refusals.map(refusal => refusal.reason)
}

test('a block changes its file and says where it landed', () => {
  expect(apply({ 'a.ts': 'one\ntwo\n', 'b.ts': 'two\n' }, replace('a.ts', 'two\n', 'TWO\n'))).toEqual({
    ok: true,
    changes: [{ path: 'a.ts', content: 'one\nTWO\n' }],
    applied: [{ block: 1, path: 'a.ts', rule: 'exact', line: 2 }],
  })
})

test('blocks on one file apply in order, each to what the former left', () => {
  const outcome = apply(
    { 'a.ts': 'one\n' },
    replace('a.ts', 'one\n', 'two\n'),
    replace('a.ts', 'two\n', 'three\n', 2),
  )
  expect(outcome).toMatchObject({ ok: true, changes: [{ path: 'a.ts', content: 'three\n' }] })
})

test('one refused block refuses all, and the others are told as applied', () => {
  const outcome = apply(
    { 'a.ts': 'one\n' },
    replace('a.ts', 'one\n', 'x\n'),
    replace('a.ts', 'nowhere\n', 'y\n', 2),
  )
  expect(outcome).toMatchObject({
    ok: false,
    refusals: [{ block: 2, path: 'a.ts', reason: 'no-match' }],
    applied: [{ block: 1 }],
  })
  expect(outcome).not.toHaveProperty('changes')
})

test('text that stands only in another file is not found', () => {
  expect(reasons(apply({ 'a.ts': 'one\n', 'b.ts': 'two\n' }, replace('a.ts', 'two\n', 'x\n')))).toEqual([
    'no-match',
  ])
})

test('a refusal carries the nearest text with its line', () => {
  const outcome = apply(
    { 'a.ts': 'x\nconst area = width * height\n' },
    replace('a.ts', 'const area = width + height\n', ''),
  )
  expect(outcome).toMatchObject({ refusals: [{ nearest: { line: 2, text: 'const area = width * height' } }] })
})

test('a likeness never edits', () => {
  const almost = `${'same line\n'.repeat(40)}const limit = 10\n`
  expect(reasons(apply({ 'a.ts': almost }, replace('a.ts', almost.replace('10', '11'), 'x\n')))).toEqual([
    'no-match',
  ])
})

test('an ambiguous block names the lines of each place', () => {
  const outcome = apply({ 'a.ts': 'x\ny\nx\n' }, replace('a.ts', 'x\n', 'z\n'))
  expect(outcome).toMatchObject({
    refusals: [{ reason: 'ambiguous', says: expect.stringContaining('1, 3') }],
  })
})

test('a block on text that a former block changed overlaps it', () => {
  const outcome = apply(
    { 'a.ts': 'one\n' },
    replace('a.ts', 'one\n', 'x\n'),
    replace('a.ts', 'one\n', 'y\n', 2),
  )
  expect(reasons(outcome)).toEqual(['overlap'])
})

test('an empty SEARCH creates a file', () => {
  const outcome = apply({}, replace('src/a.ts', '', 'one\n'))
  expect(outcome).toMatchObject({
    changes: [{ path: 'src/a.ts', content: 'one\n' }],
    applied: [{ rule: 'create', line: 1 }],
  })
})

test('an empty SEARCH fills an empty file and refuses a filled one', () => {
  expect(apply({ 'a.ts': '\n' }, replace('a.ts', '', 'one\n'))).toMatchObject({
    changes: [{ content: 'one\n' }],
  })
  expect(reasons(apply({ 'a.ts': 'x\n' }, replace('a.ts', '', 'one\n')))).toEqual(['exists'])
  expect(reasons(apply({ 'a.ts': 'x\n' }, replace('a.ts', '\n', 'one\n')))).toEqual(['exists'])
})

test('a block on a file that is not there says which may be meant', () => {
  const outcome = apply({ 'src/a.ts': 'one\n' }, replace('lib/a.ts', 'one\n', 'x\n'))
  expect(outcome).toMatchObject({
    refusals: [{ reason: 'missing-file', says: expect.stringContaining('src/a.ts') }],
  })
})

test('a file can be emptied and deleted', () => {
  expect(apply({ 'a.ts': 'one\n' }, replace('a.ts', 'one\n', ''))).toMatchObject({
    changes: [{ content: '' }],
  })
  expect(apply({ 'a.ts': 'one\n' }, remove('a.ts'))).toMatchObject({ changes: [{ content: null }] })
  expect(reasons(apply({}, remove('a.ts')))).toEqual(['missing-file'])
})

test('what is created and deleted again, or replaced by itself, is no change', () => {
  expect(apply({}, file('a.ts', 'x\n'), remove('a.ts', 2))).toMatchObject({ ok: true, changes: [] })
  expect(apply({ 'a.ts': 'x\n' }, replace('a.ts', 'x\n', 'x\n'))).toMatchObject({ ok: true, changes: [] })
})

test('CRLF and byte-order mark of the file are kept by blocks and whole files', () => {
  const before = { 'a.ts': '\uFEFFone\r\ntwo\r\n' }
  const after = { changes: [{ content: '\uFEFFone\r\nx\r\ny\r\n' }] }
  expect(apply(before, replace('a.ts', 'two\n', 'x\ny\n'))).toMatchObject(after)
  expect(apply(before, file('a.ts', 'one\nx\ny\n'))).toMatchObject(after)
})

test('of several splits the one whose SEARCH matches is taken', () => {
  const edit: Edit = {
    kind: 'replace',
    block: 1,
    path: 'a.rst',
    line: 1,
    search: 'Nowhere\n',
    replace: 'text\n=======\nnew\n',
    otherSplits: [{ search: 'Nowhere\n=======\ntext\n', replace: 'new\n' }],
  }
  expect(apply({ 'a.rst': 'Nowhere\n=======\ntext\n' }, edit)).toMatchObject({
    refusals: [{ reason: 'ambiguous' }],
  })
  const other = { ...edit, search: 'Gone\n' }
  expect(apply({ 'a.rst': 'Nowhere\n=======\ntext\n' }, other)).toMatchObject({
    changes: [{ content: 'new\n' }],
  })
})

test('a new file may hold divider lines', () => {
  const answer = 'a.rst\n<<<<<<< SEARCH\n=======\nTitle\n=======\ntext\n>>>>>>> REPLACE\n'
  expect(applyAnswer(new Map(), answer, RULES)).toMatchObject({
    changes: [{ content: 'Title\n=======\ntext\n' }],
  })
})

test('code is not elided away by a block', () => {
  const before = { 'a.ts': 'f() {\n  a()\n  b()\n}\n' }
  const search = 'f() {\n  a()\n  b()\n}\n'
  expect(reasons(apply(before, replace('a.ts', search, 'f() {\n  ...\n}\n')))).toEqual(['elided'])
  expect(reasons(apply(before, replace('a.ts', search, 'f() {\n  // existing code\n}\n')))).toEqual([
    'elided',
  ])
  expect(apply(before, replace('a.ts', 'f() {\n...\n}\n', 'g() {\n...\n}\n'))).toMatchObject({
    changes: [{ content: 'g() {\n  a()\n  b()\n}\n' }],
    applied: [{ rule: 'elision', line: 1 }],
  })
})

test('code is not elided away by a whole file', () => {
  const outcome = apply({ 'a.ts': 'a()\nb()\n' }, file('a.ts', 'a()\n// ... rest unchanged\n'))
  expect(reasons(outcome)).toEqual(['elided'])
  expect(reasons(apply({ 'a.ts': 'a()\n' }, remove('a.ts'), file('a.ts', '// rest unchanged\n', 2)))).toEqual(
    ['elided'],
  )
})

const FOUR = 'function a() {}\nfunction b() {}\nfunction c() {}\nfunction d() {}\n'

test('a whole file that loses most of its symbols is refused', () => {
  const outcome = apply({ 'a.ts': FOUR }, file('a.ts', 'function a() {}\n'))
  expect(outcome).toMatchObject({ refusals: [{ reason: 'guts-file' }], applied: [] })
  expect(reasons(apply({ 'a.ts': FOUR }, remove('a.ts'), file('a.ts', '', 2)))).toEqual(['guts-file'])
  expect(reasons(apply({ 'a.ts': FOUR }, remove('a.ts'), replace('a.ts', '', 'x\n', 2)))).toEqual([
    'guts-file',
  ])
})

test('a whole file may lose symbols that move, half of them, or all when told to', () => {
  expect(reasons(apply({ 'a.ts': FOUR }, file('a.ts', ''), file('b.ts', FOUR, 2)))).toEqual([])
  expect(reasons(apply({ 'a.ts': FOUR }, file('a.ts', 'function a() {}\nfunction b() {}\n')))).toEqual([])
  const told = { ...RULES, replaceWhole: (path: string) => path === 'a.ts' }
  expect(applyEdits(new Map([['a.ts', FOUR]]), [file('a.ts', '')], told).ok).toBe(true)
})

test('frozen files and unsafe paths are refused, whatever the edit', () => {
  const files = { 'acceptance/a.ts': 'x\n' }
  for (const edit of [
    remove('acceptance/a.ts'),
    file('acceptance/b.ts', 'x\n'),
    replace('acceptance/a.ts', 'x\n', ''),
  ]) {
    expect(reasons(apply(files, edit))).toEqual(['frozen'])
  }
  expect(reasons(apply(files, file('../a.ts', 'x\n')))).toEqual(['unsafe-path'])
  expect(reasons(apply(files, file('.git/hooks/x', 'x\n')))).toEqual(['unsafe-path'])
})

test('a new file may not collide with another by case or as a folder, also within one answer', () => {
  expect(reasons(apply({ 'README.md': 'x\n' }, file('readme.md', 'y\n')))).toEqual(['unsafe-path'])
  expect(reasons(apply({}, file('src/a.ts', 'x\n'), file('SRC/b.ts', 'x\n', 2)))).toEqual(['unsafe-path'])
  expect(reasons(apply({ Acceptance: 'x\n' }, file('acceptance', 'x\n')))).toEqual(['unsafe-path'])
})

test('a file may take the place of a deleted one that differs by case', () => {
  expect(apply({ 'Readme.md': 'x\n' }, remove('Readme.md'), file('README.md', 'x\n', 2)).ok).toBe(true)
})

test('binary text is refused', () => {
  expect(reasons(apply({ a: 'x\0\ny\n' }, replace('a', 'y\n', 'z\n')))).toEqual(['binary'])
  expect(reasons(apply({}, file('a', 'x\0\n')))).toEqual(['binary'])
  expect(reasons(apply({}, file('a', 'x\uD800\n')))).toEqual(['binary'])
})

test('files, their number and the tree have caps', () => {
  expect(reasons(apply({}, file('a', 'é'.repeat(MAX_FILE_BYTES / 2 + 1))))).toEqual(['too-large'])
  expect(reasons(apply({ a: 'x\n'.repeat(MAX_FILE_LINES + 1) }, replace('a', 'y\n', '')))).toEqual([
    'too-large',
  ])
  const full = Object.fromEntries(Array.from({ length: MAX_TREE_FILES }, (_, at) => [`${at}`, 'x\n']))
  expect(reasons(apply(full, file('a', 'x\n')))).toEqual(['too-large'])
  expect(apply(full, file('1', 'y\n')).ok).toBe(true)
  expect(reasons(apply({ big: 'x'.repeat(MAX_TREE_BYTES) }, file('a', 'x\n')))).toEqual(['too-large'])
})

test('an answer that edits large files too many times is refused', () => {
  const lines = Array.from({ length: MAX_FILE_LINES }, (_, at) => `${at}\n`)
  const edits = lines
    .slice(0, MAX_LINES_READ / MAX_FILE_LINES + 2)
    .map((line, at) => replace('a', line, 'x\n', at + 1))
  expect(new Set(reasons(apply({ a: lines.join('') }, ...edits)))).toEqual(new Set(['too-large']))
  expect(apply({ a: lines.join('') }, ...edits.slice(0, 10)).ok).toBe(true)
})

test('after so many refusals the rest is not tried', () => {
  const edits = Array.from({ length: MAX_REFUSALS + 5 }, (_, at) => replace('a.ts', 'no\n', '', at + 1))
  expect(reasons(apply({ 'a.ts': 'x\n' }, ...edits))).toHaveLength(MAX_REFUSALS)
})

test('an answer with a broken block changes nothing, though its other blocks match', () => {
  const answer = 'a.ts\n<<<<<<< SEARCH\none\n=======\ntwo\n>>>>>>> REPLACE\n\nb.ts\n<<<<<<< SEARCH\ncut'
  expect(applyAnswer(new Map([['a.ts', 'one\n']]), answer, RULES)).toMatchObject({
    ok: false,
    refusals: [{ block: 2, path: 'b.ts', reason: 'malformed' }],
    applied: [{ block: 1, path: 'a.ts' }],
  })
})

test('an answer without edits is refused', () => {
  expect(reasons(applyAnswer(new Map(), 'I think it is fine as it is.', RULES))).toEqual(['no-edits'])
})

test('pieces of different lengths each land in their place', () => {
  const answer = 'a\n<<<<<<< SEARCH\none\n...\nthree\n=======\n1\n1\n1\n...\n3\n>>>>>>> REPLACE\n'
  expect(
    applyAnswer(new Map([['a.ts', 'one\ntwo\nthree\n']]), answer.replace('a', 'a.ts'), RULES),
  ).toMatchObject({
    changes: [{ content: '1\n1\n1\ntwo\n3\n' }],
  })
})

test('a binary file is refused as such, even if nothing matches', () => {
  expect(reasons(apply({ a: 'x\0\n' }, replace('a', 'y\n', 'z\n')))).toEqual(['binary'])
})

test('what is deleted makes room', () => {
  const full = { big: 'x'.repeat(MAX_TREE_BYTES) }
  expect(apply(full, remove('big'), file('a', 'x\n', 2)).ok).toBe(true)
})

test('a file that is deleted and written again is still the same file to the elision guard', () => {
  expect(reasons(apply({ 'a.ts': 'a()\n' }, remove('a.ts'), file('a.ts', '...\n', 2)))).toEqual(['elided'])
})
