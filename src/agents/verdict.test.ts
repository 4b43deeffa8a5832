import { expect, test } from 'vitest'
import { approvalFaults, type Verdict } from './verdict.ts'

const approved: Verdict = {
  verdict: 'APPROVED',
  criteria: [{ id: 'T1.1', met: true, evidence: 'a.py line 3' }],
  reasons: [],
  changes: [],
}

test('an approval that judged every criterion stands', () => {
  expect(approvalFaults(approved, [{ id: 'T1.1' }], [])).toEqual([])
})

test('an approval over a red check does not stand', () => {
  expect(approvalFaults(approved, [{ id: 'T1.1' }], ['tests'])).toEqual(['the check "tests" is red'])
})

test('an approval that leaves a criterion out does not stand', () => {
  expect(approvalFaults(approved, [{ id: 'T1.1' }, { id: 'T1.2' }], [])).toEqual(['T1.2 was not judged'])
})

test('an approval that contradicts its own criteria does not stand', () => {
  const criteria = [{ id: 'T1.1', met: false, evidence: 'a.py line 3' }]
  expect(approvalFaults({ ...approved, criteria }, [{ id: 'T1.1' }], [])).toEqual(['T1.1 is not met'])
})
