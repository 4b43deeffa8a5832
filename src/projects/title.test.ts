import { expect, test } from 'vitest'
import { titleOf } from './title.ts'

test('a short text is its own title, in one line', () => {
  expect(titleOf('A tally\n of  my reading', 80)).toBe('A tally of my reading')
})

test('a long text is cut between two words and says so', () => {
  expect(titleOf('A tool that counts the books I have read this year', 24)).toBe('A tool that counts the …')
  expect(titleOf('Books, films, series, and records', 16)).toBe('Books, films …')
})

test('a word without end is cut inside, never through a character', () => {
  expect(titleOf('x'.repeat(50), 12)).toBe(`${'x'.repeat(10)} …`)
  expect(titleOf('😀'.repeat(20), 11)).toBe(`${'😀'.repeat(4)} …`)
})
