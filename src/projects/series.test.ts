import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Attempt, TaskRow } from './project.ts'
import { ATTEMPTS_MAX, inSeries, isStuck, signatureOf, taskInHand, withDependents } from './series.ts'

function attempt(signature: string, series = 1): Attempt {
  const nothing = { changes: [], applied: [], checks: [], verdict: null, problem: signature, atMs: 0 }
  return { taskId: 'T1', number: 1, series, result: 'red', signature, ...nothing }
}

function row(id: string, dependsOn: string[] = [], status: TaskRow['status'] = 'open'): TaskRow {
  return { id, status, commit: null, task: { id, title: id, detail: id, files: [], dependsOn, criteria: [] } }
}

describe('stuck', () => {
  test('the same problem twice in a row is stuck, at once', () => {
    expect(isStuck([attempt('a')], 'a')).toBe(true)
    expect(isStuck([attempt('b'), attempt('a')], 'a')).toBe(true)
  })

  test('another problem is another chance', () => {
    expect(isStuck([], 'a')).toBe(false)
    expect(isStuck([attempt('a')], 'b')).toBe(false)
    expect(isStuck([attempt('a'), attempt('b')], 'a')).toBe(false)
  })

  test('whatever the problems are, the last try of a series is the last', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 10 }), fc.string({ minLength: 1 }), (before, now) => {
        const stuck = isStuck(
          before.map(signature => attempt(signature)),
          now,
        )
        if (before.length >= ATTEMPTS_MAX - 1) expect(stuck).toBe(true)
      }),
    )
  })
})

describe('a signature', () => {
  test('leaves out what differs from run to run', () => {
    const one = 'FAIL at 0x7f3a, 12 of 40 in 0.013s\n  line 7'
    const other = 'fail at 0xBEEF, 3 of 40 in 1.5s line 19'
    expect(signatureOf(one)).toBe(signatureOf(other))
  })

  test('tells different problems apart', () => {
    expect(signatureOf('T1.1 failed: no such file')).not.toBe(signatureOf('T1.1 failed: expected 3'))
  })

  test('is bounded, and a signature is its own signature', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000, unit: 'grapheme' }), problem => {
        const signature = signatureOf(problem)
        expect(signature.length).toBeLessThanOrEqual(2_000)
        expect(signatureOf(signature).slice(0, 1_000)).toBe(signature.slice(0, 1_000).trim())
      }),
    )
  })
})

test('only the attempts of the series count', () => {
  expect(inSeries([attempt('a', 1), attempt('b', 2), attempt('c', 2)], 2)).toHaveLength(2)
})

test('the first open task is in hand, and none when all are closed', () => {
  expect(taskInHand([row('T1', [], 'done'), row('T2', [], 'skipped'), row('T3'), row('T4')])?.id).toBe('T3')
  expect(taskInHand([row('T1', [], 'done')])).toBeUndefined()
})

describe('skipping', () => {
  test('takes along what is built on it, through others too, and nothing else', () => {
    const rows = [
      row('T1', [], 'done'),
      row('T2', ['T1']),
      row('T3', ['T2']),
      row('T4', ['T1']),
      row('T5', ['T3']),
    ]
    expect(withDependents(rows, 'T2')).toEqual(['T2', 'T3', 'T5'])
    expect(withDependents(rows, 'T5')).toEqual(['T5'])
  })

  test('never touches what is done', () => {
    expect(withDependents([row('T1'), row('T2', ['T1'], 'done'), row('T3', ['T2'])], 'T1')).toEqual(['T1'])
  })
})
