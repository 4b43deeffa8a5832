import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Books, newMaker, openBooks } from '../../tests/set-up/books.ts'
import { delivered, taken } from '../../tests/set-up/pictures.ts'
import { picturesApi } from './pictures.ts'

/** Who sees the pictures of a delivery, and as what. */

let books: Books
beforeAll(async () => {
  books = await openBooks()
})
afterAll(() => books.close())

const PHONE = taken('1-home-phone.png')

test('a picture is served as a PNG and as nothing else', async () => {
  const { userId, projectId } = await delivered(books, [PHONE])
  const response = await picturesApi({ parts: books, userId }).request(
    `/api/projects/${projectId}/pictures/1/${PHONE.name}`,
  )
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=31536000, immutable',
  })
  expect(await response.text()).toBe(PHONE.name)
})

test('nobody else sees it, and what is not there is said', async () => {
  const { userId, projectId } = await delivered(books, [PHONE])
  const other = await newMaker(books, { grantMicro: 1n })
  const status = async (asker: string, path: string) =>
    (await picturesApi({ parts: books, userId: asker }).request(`/api/projects/${path}`)).status
  expect(await status(userId, `${projectId}/pictures/1/${PHONE.name}`)).toBe(200)
  expect(await status(other.userId, `${projectId}/pictures/1/${PHONE.name}`)).toBe(404)
  for (const path of [
    `${projectId}/pictures/2/${PHONE.name}`,
    `${projectId}/pictures/1/other.png`,
    `${other.projectId}/pictures/1/${PHONE.name}`,
    `nobody/pictures/1/${PHONE.name}`,
    `${projectId}/pictures/1/..%2f..%2fx`,
  ])
    expect(await status(userId, path), path).toBe(404)
  for (const delivery of ['x', '0', '-1', '1e99', '99999999999999999999'])
    expect(await status(userId, `${projectId}/pictures/${delivery}/${PHONE.name}`), delivery).toBe(400)
})
