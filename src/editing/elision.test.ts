import { expect, test } from 'vitest'
import { elidedInNew, elidedLine, elisionOn } from './elision.ts'

test.each([
  '...',
  '  ...',
  '…',
  '# ...',
  '// ...',
  '/* ... */',
  '<!-- ... -->',
  '{/* ... */}',
  '-- ...',
  '// [...]',
  '(...)',
])('%s is dots', line => {
  expect(elisionOn(line)).toBe('dots')
})

test.each([
  '// ... existing code ...',
  '# ... rest of the code unchanged ...',
  '# rest of the file',
  '// rest unchanged',
  '/* existing code */',
  '<!-- existing content here -->',
  '// the rest of the function remains the same',
  '// ...other methods',
  '... existing code ...',
  '(rest unchanged)',
  '// Existing imports...',
  '# keep existing code',
  '# unchanged',
  '# ... same as before',
])('%s is words', line => {
  expect(elisionOn(line)).toBe('words')
})

test.each([
  '...rest,',
  '...existing',
  '  ...previous,',
  'return { ...state, ...rest }',
  'function f(...rest) {',
  '// Uses the existing connection.',
  '# waiting for the remaining jobs...',
  'const rest = 1',
  '// the rest is history',
  'x[..., 0]',
  '// Keep the existing code path for version 1 clients',
  'rest',
  '- existing users',
  '---',
  '',
])('%s elides nothing', line => {
  expect(elisionOn(line)).toBeUndefined()
})

test('dots in place of code are refused', () => {
  expect(elidedLine(['a()', 'b()'], ['a()', '...'], 'x.ts')).toBe('...')
  expect(elidedLine(['a()', 'b()'], ['a()', '// rest unchanged'], 'x.ts')).toBe('// rest unchanged')
})

test('dots are allowed in pairs', () => {
  expect(elidedLine(['a()', '...', 'b()'], ['x()', '...', 'b()'], 'x.ts')).toBeUndefined()
  expect(elidedLine(['a()', '...', 'b()'], ['...', '...'], 'x.ts')).toBe('...')
})

test('dots that remove nothing are allowed', () => {
  expect(elidedLine(['a()'], ['a()', '...'], 'x.ts')).toBeUndefined()
})

test.each([
  ['a body of pass', ['def a():', '    pass'], ['def a():', '    ...'], undefined],
  [
    'one more stub',
    ['def a() -> int:', '    ...'],
    ['def a() -> str:', '    ...', 'def b():', '    ...'],
    undefined,
  ],
  ['a body of code', ['def a():', '    return 1'], ['def a():', '    ...'], '    ...'],
])('in Python, dots for %s', (_, before, after, refused) => {
  expect(elidedLine(before, after, 'x.py')).toBe(refused)
})

test('a new file may hold dots but no words for what is missing', () => {
  expect(elidedInNew(['def a():', '    ...'])).toBeUndefined()
  expect(elidedInNew(['a()', '// ... rest of the code ...'])).toBe('// ... rest of the code ...')
})

test('outside Python, dots are refused however much code comes', () => {
  expect(elidedLine(['a()', 'b()'], ['x()', 'y()', 'z()', '...'], 'x.ts')).toBe('...')
})
