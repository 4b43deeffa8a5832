import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CodeIndex, type Source } from './codeIndex.ts'

// A blob's hash stands for its content, as in git.
const source = (path: string, text: string): Source => ({ path, blob: `hash of ${text}`, text })

const BASKET = source(
  'src/basket.ts',
  'export class Basket {\n  addItem(item: Item) {\n    this.items.push(item)\n  }\n}\n',
)
const PRICE = source(
  'src/price.ts',
  '// sums up the tax of all items\nexport function totalPrice(basket: Basket) {\n  return 1\n}\n',
)
const MAIL = source(
  'src/mail.ts',
  'import { totalPrice } from "./price"\nexport function sendInvoice() {\n  return totalPrice\n}\n',
)
const PRICE_TEST = source(
  'tests/price.test.ts',
  'test("total price", () => {\n  totalPrice(totalPrice)\n})\n',
)
const SHIPPING = source(
  'docs/shipping.md',
  '# Shipping\nParcels go out daily.\n\n# Returns\nWithin 30 days.\n',
)
const SHOP = [BASKET, PRICE, MAIL, PRICE_TEST, SHIPPING]

function indexOf(sources: readonly Source[]): CodeIndex {
  const index = new CodeIndex()
  index.update(sources)
  return index
}

const pathsFor = (index: CodeIndex, query: string) => index.query(query, 10).map(hit => hit.path)

test('the file that defines a name comes before those that use it', () => {
  expect(pathsFor(indexOf(SHOP), 'total price')[0]).toBe('src/price.ts')
  expect(pathsFor(indexOf(SHOP), 'totalPrice')[0]).toBe('src/price.ts')
  expect(pathsFor(indexOf(SHOP), 'how do I add an item to the basket?')[0]).toBe('src/basket.ts')
})

test('a hit tells its lines, its text and a score between 0 and 1', () => {
  const [hit] = indexOf(SHOP).query('returns within days', 1)
  expect(hit).toMatchObject({
    path: 'docs/shipping.md',
    fromLine: 4,
    toLine: 5,
    text: '# Returns\nWithin 30 days.',
  })
  expect(hit?.score).toBeGreaterThan(0.3)
  expect(hit?.score).toBeLessThan(1)
})

test('a path alone is enough to be found', () => {
  expect(pathsFor(indexOf(SHOP), 'mail')).toEqual(['src/mail.ts'])
})

test('tests come later by 30 %, unless the query speaks of tests', () => {
  const twins = indexOf([source('a/one.ts', 'ledger'), source('a/one.test.ts', 'ledger')])
  const scoreOf = (query: string, path: string) =>
    twins.query(query, 9).find(hit => hit.path === path)?.score ?? 0
  // The path of the test has one word more, so that only the difference by the query is compared.
  expect(pathsFor(twins, 'ledger')).toEqual(['a/one.ts', 'a/one.test.ts'])
  const undemoted = indexOf([source('a/one.ts', 'ledger'), source('a/one.tent.ts', 'ledger')]).query(
    'ledger',
    9,
  )
  expect(scoreOf('ledger', 'a/one.test.ts')).toBeCloseTo(
    0.7 * (undemoted.find(hit => hit.path === 'a/one.tent.ts')?.score ?? 0),
  )
  expect(pathsFor(twins, 'ledger tests')[0]).toBe('a/one.test.ts')
})

test('words that are nowhere find nothing', () => {
  expect(indexOf(SHOP).query('kubernetes', 5)).toEqual([])
  expect(indexOf(SHOP).query('', 5)).toEqual([])
  expect(indexOf([]).query('price', 5)).toEqual([])
})

test('the limit is kept', () => {
  expect(indexOf(SHOP).query('price basket item', 2)).toHaveLength(2)
})

test('an update says what changed, and a rename is one removed and one added', () => {
  const index = indexOf(SHOP)
  const renamed = { ...MAIL, path: 'src/letter.ts' }
  const changed = source(PRICE.path, 'export const nothing = 0\n')
  expect(index.update([BASKET, changed, renamed, PRICE_TEST, SHIPPING])).toEqual({
    added: 2,
    removed: 2,
    kept: 3,
  })
  expect(pathsFor(index, 'invoice')).toEqual(['src/letter.ts'])
  expect(pathsFor(index, 'tax')).toEqual([])
  expect(index.update([])).toEqual({ added: 0, removed: 5, kept: 0 })
  expect(index.chunkCount).toBe(0)
})

test('the text of a known blob is not looked at again, wherever it lies now', () => {
  const index = indexOf(SHOP)
  const unreadable = (path: string, blob: string): Source => ({
    path,
    blob,
    get text(): string {
      throw new Error(`${path} was read again`)
    },
  })
  const again = SHOP.map(({ path, blob }) => unreadable(path.replace('src/', 'lib/'), blob))
  index.update(again)
  expect(pathsFor(index, 'totalPrice')[0]).toBe('lib/price.ts')
})

test('files that nobody searches are not indexed, also when a twin of theirs is', () => {
  const text = 'export const ledger = 1\n'
  const index = indexOf([
    source('node_modules/a/ledger.ts', text),
    source('package-lock.json', text),
    source('src/a.ts', text),
  ])
  expect(pathsFor(index, 'ledger')).toEqual(['src/a.ts'])
  expect(index.chunkCount).toBe(1)
})

test('the context begins with the named files whole, then the best passages, without repeating a line', () => {
  const always = ['docs/shipping.md', 'not/there.ts']
  const context = indexOf(SHOP).context('total price, shipping', { tokensMax: 1000, always })
  expect(context.map(part => part.path).slice(0, 2)).toEqual(['docs/shipping.md', 'src/price.ts'])
  expect(context[0]?.text).toBe('# Shipping\nParcels go out daily.\n\n# Returns\nWithin 30 days.')
  expect(context.filter(part => part.path === 'docs/shipping.md')).toHaveLength(1)
})

test('the context stays within its budget', () => {
  for (const tokensMax of [0, 5, 20, 50, 200]) {
    const context = indexOf(SHOP).context('total price basket item', { tokensMax, always: ['src/basket.ts'] })
    expect(context.reduce((sum, part) => sum + part.text.length, 0)).toBeLessThanOrEqual(tokensMax * 4)
  }
})

const PATHS = ['src/a.ts', 'src/b.py', 'a.md', 'tests/a.test.ts', 'node_modules/a.ts']
const TEXTS = [
  '',
  'def pay(tax): pass',
  '# Tax\npay\n# Rate\ntax',
  'const tax = 1\n'.repeat(60),
  'a\0b',
  'tax pay rate pay',
]
const tree = fc.array(fc.record({ path: fc.constantFrom(...PATHS), text: fc.constantFrom(...TEXTS) }), {
  maxLength: 6,
})

test('after any history of updates the index equals one built from scratch', () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 5 }), trees => {
      const index = new CodeIndex()
      const histories = trees.map(files => files.map(({ path, text }) => source(path, text)))
      for (const sources of histories) index.update(sources)
      const fresh = indexOf(histories.at(-1) ?? [])
      expect(index.chunkCount).toBe(fresh.chunkCount)
      for (const query of ['tax', 'pay the rate', 'tests of tax', 'a']) {
        expect(index.query(query, 50)).toEqual(fresh.query(query, 50))
        const options = { tokensMax: 60, always: ['a.md'] }
        expect(index.context(query, options)).toEqual(fresh.context(query, options))
      }
      expect(index.update(histories.at(-1) ?? [])).toMatchObject({ added: 0, removed: 0 })
    }),
  )
})
