import { expect, test } from 'vitest'
import { PATHS_MAX, readSight } from './sight.ts'

/** A 1 × 1 PNG. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const look = (rest: object = {}) => ({
  size: 'phone',
  loaded: true,
  why: null,
  title: 'A page',
  errors: [],
  png: PNG,
  ...rest,
})
const seen = (pages: unknown, why: string | null = null) =>
  readSight(JSON.stringify({ why, pages }), ['/', '/b'])

test('what was seen is read, with its picture', () => {
  const sight = seen([{ path: '/', looks: [look()] }])
  expect(sight).toMatchObject({ why: null, pages: [{ path: '/', loaded: true, errors: [] }] })
  expect(sight?.pictures).toMatchObject([{ path: '/', size: 'phone', title: 'A page', width: 1, height: 1 }])
  expect(readSight('null', [])).toBeNull()
})

test.each([
  ['nothing', ''],
  ['no JSON', '{"why":'],
  ['another shape', '{"pages":[{"path":1}]}'],
  [
    'more pages than were asked for',
    JSON.stringify({ why: null, pages: Array(PATHS_MAX + 1).fill({ path: '/', looks: [] }) }),
  ],
  [
    'more looks than there are sizes',
    JSON.stringify({ why: null, pages: [{ path: '/', looks: Array(3).fill(look()) }] }),
  ],
  [
    'a size of its own',
    JSON.stringify({ why: null, pages: [{ path: '/', looks: [look({ size: '../../x' })] }] }),
  ],
])('%s instead of a report shows nothing and says so', (_, line) => {
  const why = 'what was reported of the pages cannot be read'
  expect(readSight(line, ['/'])).toEqual({ pages: [], pictures: [], why })
})

test('a page that nobody asked for is left out', () => {
  expect(seen([{ path: '/secret', looks: [look()] }])).toEqual({ why: null, pages: [], pictures: [] })
})

test('what is no picture is not kept, and told', () => {
  const sight = seen([{ path: '/', looks: [look({ png: Buffer.from('<script>').toString('base64') })] }])
  expect(sight?.pictures).toEqual([])
  expect(sight?.pages[0]?.errors).toEqual(['phone: no picture: it is no PNG'])
})

test('one size that did not load is enough, and what is wrong in both is told once', () => {
  const failed = look({
    size: 'desktop',
    loaded: false,
    why: 'net::ERR_FAILED',
    png: null,
    errors: ['a', 'b'],
  })
  const sight = seen([{ path: '/b', looks: [look({ errors: ['a'] }), failed] }])
  expect(sight?.pages).toEqual([
    { path: '/b', loaded: false, errors: ['desktop: it did not load: net::ERR_FAILED', 'a', 'b'] },
  ])
  expect(sight?.pictures.length).toBe(1)
})

test('words of a page are one line of plain text, and not endless', () => {
  const rude = `a\u001b[2J\n\u202eb${'x'.repeat(1000)}`
  const sight = seen(
    [
      {
        path: '/',
        looks: [look({ title: rude, errors: [rude, ...Array.from({ length: 50 }, (_, n) => `${n}`)] })],
      },
    ],
    rude,
  )
  for (const text of [sight?.why, sight?.pictures[0]?.title, sight?.pages[0]?.errors[0]]) {
    expect(text).toMatch(/^a \[2J bx+$/)
    expect(text?.length).toBeLessThanOrEqual(400)
  }
  expect(sight?.pages[0]?.errors.length).toBe(20)
})
