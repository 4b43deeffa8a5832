import { DrizzleQueryError } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { loggedOf } from './refuse.ts'

test('a log line of a failed query has its code and its place, and no word of what was asked', () => {
  const cause = Object.assign(new Error('invalid text: "My diary"'), { code: '22021' })
  const failed = new DrizzleQueryError('select "id" from "projects" where "id" = $1', ['My diary'], cause)
  const logged = loggedOf(failed)
  expect(logged.error).toBe('The database refused a query (22021).')
  expect(logged.stack).toContain('refuse.test.ts')
  expect(JSON.stringify(logged)).not.toMatch(/select|projects|diary/)
})

test('a log line of any other bug says what it was', () => {
  expect(loggedOf(new TypeError('undefined is no function')).error).toBe('undefined is no function')
  expect(loggedOf('thrown by hand')).toEqual({ error: 'thrown by hand' })
})
