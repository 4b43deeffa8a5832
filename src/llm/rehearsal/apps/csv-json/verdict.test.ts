import { expect, test } from 'vitest'
import { csvJson } from './app.ts'

test('every criterion of every task and of the brief has its own evidence', () => {
  const tasks = ['T1', 'T2'].map(task => csvJson.verify({ task, prompt: '' }))
  expect(JSON.stringify([...tasks, csvJson.verifyProject('')])).not.toContain('The checks that were run.')
})

test('CSV that becomes JSON is recognised, other CSV is not', () => {
  for (const text of [csvJson.description, 'convert CSV files to JSON', 'turn CSV into JSON']) {
    expect(csvJson.knows(text)).toBe(true)
  }
  for (const text of [
    'export my expenses as CSV',
    'keep everything in one JSON file, export as CSV',
    'a JSON editor',
  ]) {
    expect(csvJson.knows(text)).toBe(false)
  }
})
