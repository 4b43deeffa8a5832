import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Books, openBooks } from '../../tests/set-up/books.ts'
import { delivered, taken } from '../../tests/set-up/pictures.ts'
import { insertPictures, picturedEvents, pictureFactsOf, picturesOf } from './pictures.ts'

/** How the pictures of deliveries are kept. */

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const PHONE = taken('1-home-phone.png')
const DESKTOP = taken('1-home-desktop.png', { size: 'desktop', width: 1280, height: 800 })
const SECOND = taken('2-b-phone.png', { ordinal: 2, path: '/b' })

test('pictures come back in the order of pages, a phone first, the newest delivery before all', async () => {
  const { projectId } = await delivered(books, [SECOND, DESKTOP, PHONE], [1, 2])
  const facts = await pictureFactsOf(books.database.sql, projectId)
  const names = [PHONE.name, DESKTOP.name, SECOND.name]
  expect(facts.map(({ delivery, name }) => [delivery, name])).toEqual(
    [2, 1].flatMap(delivery => names.map(name => [delivery, name])),
  )
  expect(facts[0]).not.toHaveProperty('png')
})

test('the pictures of one delivery come with their bytes', async () => {
  const { projectId } = await delivered(books, [DESKTOP, PHONE], [1, 2])
  const found = await picturesOf(books.database.sql, projectId, 1)
  expect(found.map(({ name, png }) => [name, Buffer.from(png).toString()])).toEqual([
    [PHONE.name, PHONE.name],
    [DESKTOP.name, DESKTOP.name],
  ])
  expect(found.every(({ png }) => png instanceof Uint8Array)).toBe(true)
})

test.each([
  ['too many bytes', [taken('a', { png: new Uint8Array(1024 * 1024 + 1) })], 'pictures_bounded'],
  ['none', [taken('a', { png: new Uint8Array() })], 'pictures_bounded'],
  ['too many pixels', [taken('a', { width: 5000 })], 'pictures_sized'],
  ['the same name twice', [PHONE, PHONE], 'pictures_project_id_delivery_name_pk'],
])('the database refuses a picture with %s', async (_, pictures, says) => {
  await expect(delivered(books, pictures)).rejects.toMatchObject({
    cause: { message: expect.stringContaining(says) },
  })
})

test('a picture belongs to a delivery that is there', async () => {
  const { projectId } = await delivered(books, [])
  const without = books.database.transaction(tx => insertPictures(tx, projectId, 7, [PHONE]))
  await expect(without).rejects.toMatchObject({ cause: { message: expect.stringContaining('fk') } })
})

test('pictures are announced without their bytes, and none are not', () => {
  expect(picturedEvents(3, [])).toEqual([])
  const { name, path, size, width, height } = PHONE
  expect(picturedEvents(3, [PHONE])).toEqual([
    { type: 'pictured', delivery: 3, pictures: [{ name, path, size, width, height }] },
  ])
})
