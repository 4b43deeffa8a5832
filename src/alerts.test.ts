import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Books, openBooks } from '../tests/set-up/books.ts'
import { openAlerts, raiseAlert, seeAlert } from './alerts.ts'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const raise = (subject: string, says = 'It is broken.') =>
  books.database.transaction(tx => raiseAlert(tx, books.clock, { kind: 'key-refused', subject, says }))
const see = (id: string) => books.database.transaction(tx => seeAlert(tx, books.clock, id))
const open = async () =>
  (await openAlerts(books.database.sql)).map(({ subject, says }) => `${subject}: ${says}`)

test('the same trouble is told once until it is seen, and again when it comes again', async () => {
  await Promise.all(Array.from({ length: 8 }, () => raise('k1')))
  await raise('k1', 'It is still broken.')
  expect(await open()).toEqual(['k1: It is broken.'])
  const [alert] = await openAlerts(books.database.sql)
  expect(await see(alert?.id ?? '')).toMatchObject({ ok: true })
  expect(await open()).toEqual([])
  await raise('k1', 'It broke again.')
  expect(await open()).toEqual(['k1: It broke again.'])
})

test('other troubles are told beside it, the newest first', async () => {
  await raise('k1')
  await raise('k2')
  const kind = 'key-unreadable'
  await books.database.transaction(tx =>
    raiseAlert(tx, books.clock, { kind, subject: 'k1', says: 'Closed.' }),
  )
  expect(await open()).toEqual(['k1: Closed.', 'k2: It is broken.', 'k1: It is broken.'])
})

test('an alert is seen when it was first seen, and one that is not there is refused', async () => {
  await raise('k1')
  const [alert] = await openAlerts(books.database.sql)
  await see(alert?.id ?? '')
  const first = await books.database.sql.query.alerts.findFirst()
  expect(await see(alert?.id ?? '')).toMatchObject({ ok: true })
  expect(await books.database.sql.query.alerts.findFirst()).toEqual(first)
  expect(first?.seenAt).not.toBeNull()
  expect(await see('nothing')).toEqual({
    ok: false,
    reason: 'not-found',
    says: 'There is no alert "nothing".',
  })
})
