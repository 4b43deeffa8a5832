import { expect, test } from 'vitest'
import { MAX_ANSWER_CHARS, MAX_BLOCKS, MAX_SPLITS } from './limits.ts'
import { parseAnswer } from './parse.ts'

const BLOCK = ['<<<<<<< SEARCH', 'old', '=======', 'new', '>>>>>>> REPLACE']
const PARSED = { kind: 'replace', path: 'src/a.ts', search: 'old\n', replace: 'new\n' }

function parse(...lines: string[]) {
  return parseAnswer(lines.join('\n'))
}

function faults(...lines: string[]) {
  return parse(...lines).refusals.map(refusal => refusal.reason)
}

test.each([
  ['a path before a fence', ['src/a.ts', '```ts', ...BLOCK, '```']],
  ['a path inside the fence', ['```ts', 'src/a.ts', ...BLOCK, '```']],
  ['a path in a comment inside the fence', ['```ts', '// src/a.ts', ...BLOCK, '```']],
  ['a path in the info string', ['```ts src/a.ts', ...BLOCK, '```']],
  ['a path= in the info string', ['```ts path=src/a.ts', ...BLOCK, '```']],
  ['no fence at all', ['src/a.ts', ...BLOCK]],
  ['a tilde fence', ['src/a.ts', '~~~', ...BLOCK, '~~~']],
  ['a fence of five', ['src/a.ts', '`````', ...BLOCK, '`````']],
  ['a fence without an end', ['src/a.ts', '```', ...BLOCK]],
  ['a path in backticks', ['`src/a.ts`', '```', ...BLOCK, '```']],
  ['a bold path', ['**src/a.ts**', '```', ...BLOCK, '```']],
  ['a path as a heading', ['### src/a.ts', '```', ...BLOCK, '```']],
  ['a path after File:', ['File: src/a.ts', '```', ...BLOCK, '```']],
  ['a path in every dress', ['### **File: `src/a.ts`**:', '```', ...BLOCK, '```']],
  ['a bold label', ['**File:** `./src/a.ts`', '', '```', ...BLOCK, '```']],
  ['markers of five', ['src/a.ts', '<<<<< SEARCH', 'old', '=====', 'new', '>>>>> REPLACE']],
  ['markers of nine', ['src/a.ts', '<<<<<<<<< SEARCH', 'old', '=========', 'new', '>>>>>>>>> REPLACE']],
  ['markers of mixed length', ['src/a.ts', '<<<<<<< SEARCH', 'old', '======', 'new', '>>>>>>>> REPLACE']],
  ['CRLF in the answer', ['src/a.ts\r', '```\r', ...BLOCK.map(line => `${line}\r`), '```\r']],
])('a block is read with %s', (_, lines) => {
  const { edits, refusals } = parse(...lines)
  expect(refusals).toEqual([])
  expect(edits).toMatchObject([PARSED])
})

test('a block knows its number and its line', () => {
  const { edits } = parse('Two edits.', '', 'src/a.ts', ...BLOCK, '', 'src/b.ts', '```', ...BLOCK, '```')
  expect(edits.map(({ block, path, line }) => ({ block, path, line }))).toEqual([
    { block: 1, path: 'src/a.ts', line: 4 },
    { block: 2, path: 'src/b.ts', line: 12 },
  ])
})

test('blocks in one fence share its path, and one may name another', () => {
  const { edits, refusals } = parse('src/a.ts', '```', ...BLOCK, '', ...BLOCK, 'src/b.ts', ...BLOCK, '```')
  expect(refusals).toEqual([])
  expect(edits.map(edit => edit.path)).toEqual(['src/a.ts', 'src/a.ts', 'src/b.ts'])
})

test('a block in a new fence without a path is malformed, never the file before', () => {
  const { edits, refusals } = parse('src/a.ts', '```', ...BLOCK, '```', '', '```', ...BLOCK, '```')
  expect(edits).toHaveLength(1)
  expect(refusals).toMatchObject([{ block: 2, reason: 'malformed' }])
})

test('halves may be empty', () => {
  expect(parse('src/a.ts', '<<<<<<< SEARCH', '=======', 'new', '>>>>>>> REPLACE').edits).toMatchObject([
    { search: '', replace: 'new\n' },
  ])
  expect(parse('src/a.ts', '<<<<<<< SEARCH', 'old', '=======', '>>>>>>> REPLACE').edits).toMatchObject([
    { search: 'old\n', replace: '' },
  ])
})

test('every divider of the length of the markers is a possible middle', () => {
  const lines = ['<<<<<<< SEARCH', 'Title', '=======', 'text', '=======', 'new', '>>>>>>> REPLACE']
  expect(parse('a.rst', ...lines).edits).toMatchObject([
    {
      search: 'Title\n',
      replace: 'text\n=======\nnew\n',
      otherSplits: [{ search: 'Title\n=======\ntext\n', replace: 'new\n' }],
    },
  ])
})

test('dividers of another length than the markers are text', () => {
  const lines = ['<<<<<<<<< SEARCH', 'Title', '=======', '=========', 'New', '=======', '>>>>>>>>> REPLACE']
  const [edit] = parse('a.rst', ...lines).edits
  expect(edit).toMatchObject({ search: 'Title\n=======\n', replace: 'New\n=======\n' })
  expect(edit).not.toHaveProperty('otherSplits')
})

test('longer markers carry text that holds markers itself', () => {
  const lines = ['<<<<<<<<< SEARCH', ...BLOCK, '=========', 'x', '>>>>>>>>> REPLACE']
  expect(parse('doc.md', ...lines).edits).toMatchObject([{ search: `${BLOCK.join('\n')}\n`, replace: 'x\n' }])
})

test('fences inside a block are text', () => {
  const lines = ['<<<<<<< SEARCH', '```', 'a', '=======', '```', 'b', '```', '>>>>>>> REPLACE']
  const { edits, refusals } = parse('README.md', '```', ...lines, '```', 'src/a.ts', ...BLOCK)
  expect(refusals).toEqual([])
  expect(edits.map(edit => edit.path)).toEqual(['README.md', 'src/a.ts'])
})

test.each([
  ['cut off in SEARCH', ['src/a.ts', '```', '<<<<<<< SEARCH', 'old']],
  ['cut off in REPLACE', ['src/a.ts', '```', '<<<<<<< SEARCH', 'old', '=======', 'new', '```']],
  ['cut off in its last marker', ['src/a.ts', '<<<<<<< SEARCH', 'old', '=======', 'new', '>>>>>>> REPL']],
  ['followed by another before its end', ['src/a.ts', '<<<<<<< SEARCH', 'old', ...BLOCK]],
  ['without a divider', ['src/a.ts', '<<<<<<< SEARCH', 'old', '>>>>>>> REPLACE']],
  ['without a path', [...BLOCK]],
  ['under a sentence', ['Now change src/a.ts like this', ...BLOCK]],
  ['under one plain word', ['Okay', ...BLOCK]],
  ['far from its path', ['src/a.ts', '', '', ...BLOCK]],
  ['that is indented', ['src/a.ts', ...BLOCK.map(line => `   ${line}`)]],
  ['that ends twice', ['src/a.ts', ...BLOCK, '>>>>>>> REPLACE']],
  [
    'with too many dividers',
    ['a.md', '<<<<<<< SEARCH', ...Array(MAX_SPLITS + 1).fill('======='), '>>>>>>> REPLACE'],
  ],
])('a block %s is malformed', (_, lines) => {
  expect(faults(...lines)).toContain('malformed')
})

const FILE = { kind: 'file', path: 'src/a.ts', content: 'one\n\ntwo\n' }
const BODY = ['one', '', 'two', '```']

test.each([
  ['before the fence', ['src/a.ts', '```ts', ...BODY]],
  ['a blank line before the fence', ['`src/a.ts`', '', '```ts', ...BODY]],
  ['in the info string', ['```typescript src/a.ts', ...BODY]],
  ['as path= in the info string', ['```path=src/a.ts', ...BODY]],
  ['as a title in the info string', ['```ts title="src/a.ts"', ...BODY]],
  ['after the language', ['```ts:src/a.ts', ...BODY]],
  ['instead of a language', ['```src/a.ts', ...BODY]],
  ['bare on the first line inside', ['```ts', 'src/a.ts', ...BODY]],
])('a whole file is read with its path %s', (_, lines) => {
  expect(parse('Here it is.', '', ...lines, '', 'Done.')).toMatchObject({ edits: [FILE], refusals: [] })
})

test.each([
  ['without a path', ['```ts', 'const a = 1', '```']],
  ['after a sentence that names a file', ['Look at src/a.ts:', '```ts', 'const a = 1', '```']],
  ['with a path in a comment', ['```ts', '// src/a.ts', 'const a = 1', '```']],
  ['of a command and its output', ['```console', 'run.sh', 'started on port 80', '```']],
  ['of commands', ['```bash', './run.sh', 'npm start', '```']],
  ['of commands under a source file', ['### main.py', '```bash', 'python main.py', '```']],
  ['that lists files', ['```', 'src/a.ts', 'src/b.ts', '```']],
  ['under the name of a product', ['## Node.js', '```js', 'x()', '```']],
  ['under the name of a function', ['### `console.log`', '```js', 'console.log(1)', '```']],
  ['under two words', ['### Input/Output', '```', '1 2 3', '```']],
  ['under a version', ['## 1.2.0', '```', 'x', '```']],
  ['under an address', ['https://example.org/a.ts', '```', 'x', '```']],
  ['whose language has a plus', ['```c++', 'int a;', '```']],
])('a fence %s is prose', (_, lines) => {
  expect(parse(...lines)).toMatchObject({ edits: [], refusals: [{ block: 0, reason: 'no-edits' }] })
})

test('an empty whole file is a file', () => {
  expect(parse('src/__init__.py', '```python', '```').edits).toMatchObject([
    { path: 'src/__init__.py', content: '' },
  ])
})

test.each([
  'Dockerfile',
  '.gitignore',
  'main.py',
  'bin/x.sh',
  '../out.txt',
  '/etc/cron.d/x.sh',
  '.git/config',
])('%s is a path, whether or not it is allowed', path => {
  expect(parse(`\`${path}\``, '```', 'x', '```').edits).toMatchObject([{ path }])
})

test('fences with a language inside a file are paired', () => {
  const body = ['# Title', '```bash', 'npm start', '```', 'End']
  expect(parse('README.md', '```md', ...body, '```', 'Done.')).toMatchObject({
    edits: [{ content: `${body.join('\n')}\n` }],
    refusals: [],
  })
})

test('a longer fence carries any shorter one', () => {
  const body = ['# Title', '```', 'npm start', '```', 'End']
  expect(parse('README.md', '````md', ...body, '````', '```', 'prose', '```')).toMatchObject({
    edits: [{ content: `${body.join('\n')}\n` }],
    refusals: [],
  })
})

test('a Markdown file that a bare fence may have ended too early is malformed', () => {
  expect(faults('README.md', '```', '# Title', '```', 'npm start', '```', 'End', '```')).toContain(
    'malformed',
  )
})

test.each([
  ['that is cut off', ['src/a.ts', '```ts', 'one', 'two']],
  ['that is a diff', ['src/a.ts', '```diff', '-one', '+two', '```']],
  ['with a marker in its middle', ['src/a.ts', '```', 'one', ...BLOCK, '```']],
])('a whole file %s is malformed', (_, lines) => {
  expect(parse(...lines)).toMatchObject({ edits: [], refusals: [{ path: 'src/a.ts', reason: 'malformed' }] })
})

test('a deletion needs a path', () => {
  expect(parse('src/a.ts', '<<<<<<< DELETE').edits).toMatchObject([{ kind: 'delete', path: 'src/a.ts' }])
  expect(parse('src/a.ts', '```', '<<<<<<< DELETE', '```').edits).toMatchObject([{ kind: 'delete' }])
  expect(faults('<<<<<<< DELETE')).toEqual(['malformed'])
})

test('an answer that is too long is refused unread', () => {
  expect(parseAnswer('x'.repeat(MAX_ANSWER_CHARS + 1)).refusals).toMatchObject([{ reason: 'too-large' }])
})

test('an answer with too many edits is refused', () => {
  const { edits, refusals } = parse(
    ...Array(MAX_BLOCKS + 1)
      .fill(['src/a.ts', ...BLOCK])
      .flat(),
  )
  expect(edits).toHaveLength(MAX_BLOCKS)
  expect(refusals).toMatchObject([{ reason: 'too-large' }])
})

test('an answer without edits is refused', () => {
  expect(parseAnswer('')).toMatchObject({ edits: [], refusals: [{ reason: 'no-edits' }] })
})

/** Each would be quadratic for a reader that looks to the end of the answer from every line. */
test.each([
  ['open blocks', '<<<<<<< SEARCH\n'],
  ['open blocks with a path', 'a.ts\n<<<<<<< SEARCH\n'],
  ['fences', '```\n'],
  ['named fences', 'a.ts\n```ts\n'],
  ['fences that nest', '```a\n'],
  ['dividers', '=======\n'],
  ['dividers in a block', 'a.ts\n<<<<<<< SEARCH\n=======\n=======\n>>>>>>> REPLACE\n'],
  ['backticks', '`'],
  ['spaces', ' '],
  ['stars', '**'],
  ['hashes', '# '],
  ['dots', '...'],
  ['line ends', '\n'],
  ['File labels', 'File: '],
])('a megabyte of %s is read at once', (_, piece) => {
  const started = performance.now()
  parseAnswer(piece.repeat(Math.ceil(1_000_000 / piece.length)))
  expect(performance.now() - started).toBeLessThan(4_000)
})

test('a block after a whole file does not take over its path', () => {
  const { edits, refusals } = parse('src/a.ts', '```', 'one', '```', ...BLOCK)
  expect(edits).toMatchObject([{ kind: 'file' }])
  expect(refusals).toMatchObject([{ block: 2, reason: 'malformed' }])
})

test('a shorter fence inside a longer one needs no end', () => {
  expect(parse('README.md', '````md', '```js', 'x', '````')).toMatchObject({
    edits: [{ content: '```js\nx\n' }],
    refusals: [],
  })
})
