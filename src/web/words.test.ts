import { describe, expect, test } from 'vitest'
import { checkedWords, noteOf, stateWords } from './words.ts'

const at = { projectId: 'p', seq: 1, atMs: 0 }

describe('words', () => {
  test.each(['asking', 'confirming', 'approving', 'deciding'])(
    '%s says that it waits for the person',
    state => {
      expect(stateWords({ state, paused: false }).tone).toBe('waits')
    },
  )

  test.each(['brief', 'implementing', 'checking', 'packaging', 'delivering'])(
    '%s says that work goes on',
    state => {
      expect(stateWords({ state, paused: false }).tone).toBe('works')
    },
  )

  test('the three ends are told apart', () => {
    const tones = ['completed', 'cancelled', 'failed'].map(state => stateWords({ state, paused: false }).tone)
    expect(tones).toEqual(['good', 'quiet', 'bad'])
  })

  test('a paused project says so before anything else', () => {
    expect(stateWords({ state: 'implementing', paused: true }).says).toBe('Paused')
  })

  test('a state of a newer server is shown by its name', () => {
    expect(stateWords({ state: 'polishing', paused: false })).toEqual({ says: 'polishing', tone: 'quiet' })
  })

  test('failed checks are counted, passed ones too', () => {
    expect(checkedWords([true, false, true])).toBe('1 of 3 checks failed')
    expect(checkedWords([true])).toBe('1 check passed')
    expect(checkedWords([])).toBe('no checks')
  })

  test('a rejection tells its reasons', () => {
    const verdict = {
      ...at,
      type: 'verdict',
      task: null,
      verdict: 'REJECTED',
      reasons: ['no tests', 'no help'],
    } as const
    expect(noteOf(verdict)).toBe('The whole rejected in review: no tests; no help')
  })
})
