import { describe, expect, test } from 'vitest'
import { life, STATES } from '../projects/life.ts'
import { checkedWords, noteOf, stateWords } from './words.ts'

const at = { projectId: 'p', seq: 1, atMs: 0 }

describe('words', () => {
  test('every parked state says that it waits, every state of work that it works', () => {
    const tones = { parked: ['waits'], work: ['works'], end: ['good', 'bad', 'quiet'] }
    for (const state of STATES) {
      expect(tones[life[state].kind], state).toContain(stateWords({ state, paused: false }).tone)
    }
  })

  test('no two states share their words', () => {
    const words = STATES.map(state => stateWords({ state, paused: false }).says)
    expect(new Set(words).size).toBe(STATES.length)
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
