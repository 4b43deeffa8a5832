import { expect, test } from 'vitest'
import { compare } from './advisory.ts'
import { severityOfVector, severityOfWord } from './severity.ts'

// Scores as the public database has them for these vectors.
test.each([
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'critical'], // 9.8
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 'critical'], // 10.0
  ['CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H', 'high'], // 7.2
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', 'high'], // 7.5
  ['CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 'medium'], // 6.1
  ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N', 'low'], // 3.7
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 'low'], // 0.0
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 'unknown'],
  ['CVSS:3.1/AV:N', 'unknown'],
  ['', 'unknown'],
])('%s is %s', (vector, severity) => {
  expect(severityOfVector(vector)).toBe(severity)
})

test('databases have different words for one severity', () => {
  expect(['MODERATE', 'medium', 'Important', 'nothing'].map(severityOfWord)).toEqual([
    'medium',
    'medium',
    'high',
    'unknown',
  ])
})

test.each([
  ['1.2.3', '1.2.10', -1],
  ['v1.3.0', '1.2.9', 1],
  ['2.0.0-rc.1', '2.0.0', -1],
  ['1.0', '1.0.0', 0],
  ['1.0.0+build', '1.0.0', 0],
])('%s against %s is %i', (one, other, sign) => {
  expect(Math.sign(compare(one, other))).toBe(sign)
  expect(Math.sign(compare(other, one))).toBe(-sign || 0)
})
