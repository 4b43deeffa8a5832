import { describe, expect, test } from 'vitest'
import { moneyOf } from './money.ts'
import { checkedWords, failureWords, isOnTask, noteOf, stateWords, transactionWords } from './words.ts'

const credits = moneyOf({ shows: 'credits', creditUsd: '0.01' })
const dollars = moneyOf({ shows: 'usd', creditUsd: '0.01' })
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

  test('the task in hand is worked on only while somebody works on it', () => {
    const on = (state: string, paused = false) => isOnTask({ state, paused })
    expect([on('approving'), on('planning'), on('deciding'), on('implementing', true)]).toEqual(
      Array(4).fill(false),
    )
    expect([on('implementing'), on('verifying')]).toEqual([true, true])
  })

  test('another model that answered is named without its provider, and nobody is no model', () => {
    const rerouted = { ...at, type: 'rerouted', from: 'google:gemini-pro', says: '' } as const
    expect(noteOf({ ...rerouted, to: 'openrouter:claude' }, credits)).toBe(
      'claude answered instead of gemini-pro',
    )
    expect(noteOf({ ...rerouted, to: 'nobody' }, credits)).toBe(
      'gemini-pro did not answer, and no other model could',
    )
  })

  test('a failed call says why, also one that a newer server knows', () => {
    expect(failureWords('rate-limited')).toBe('too many requests at once')
    expect([failureWords('eclipse'), failureWords(null)]).toEqual(Array(2).fill('the provider failed'))
  })

  test('a rejection tells its reasons', () => {
    const verdict = {
      ...at,
      type: 'verdict',
      task: null,
      verdict: 'REJECTED',
      reasons: ['no tests', 'no help'],
    } as const
    expect(noteOf(verdict, credits)).toBe('The whole rejected in review: no tests; no help')
  })

  test('a kind of transaction of a newer server is shown by its name', () => {
    expect([transactionWords('usage_deduction'), transactionWords('gift')]).toEqual(['Used', 'gift'])
  })

  test('what is given back says for what, also where no task stands for it', () => {
    const refunded = { ...at, type: 'refunded', task: 'T2', credits: '12.5', reason: 'given up' } as const
    expect(noteOf(refunded, credits)).toBe('12.50 credits given back for T2: given up')
    expect(noteOf({ ...refunded, task: null }, dollars)).toBe(
      '$0.13 given back for answers that could not be used: given up',
    )
  })

  test('a delivery says what it cost as this installation shows amounts', () => {
    const delivered = { ...at, type: 'delivered', zip: 'a.zip', bytes: 2_000, spentCredits: '40' } as const
    expect(noteOf(delivered, credits)).toBe('a.zip, 2 kB, for 40 credits')
    expect(noteOf(delivered, dollars)).toBe('a.zip, 2 kB, for $0.40')
  })
})
