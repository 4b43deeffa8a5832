import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Log, openLog } from '../../log.ts'
import { masterOf, readMasters } from './masterKey.ts'

let dataDir: string
let log: Log
const file = () => join(dataDir, 'master.key')
const mode = () => statSync(file()).mode & 0o777
const ONE = '1'.repeat(64)
const TWO = '2'.repeat(64)

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'botwright-master-'))
  log = openLog({ level: 'warn', file: join(dataDir, 'log') })
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

test('without a setting one is made, once, that only its owner reads', () => {
  const made = readMasters({ masterKeys: [], dataDir }, log)
  expect(made).toHaveLength(1)
  expect(made[0].bytes).toHaveLength(32)
  expect(mode()).toBe(0o600)
  expect(readMasters({ masterKeys: [], dataDir }, log)).toEqual(made)
  expect(readdirSync(dataDir).sort()).toEqual(['log', 'master.key'])
  expect(readFileSync(join(dataDir, 'log'), 'utf8')).toBe('')
})

test('two installations have different ones', () => {
  const [one] = readMasters({ masterKeys: [], dataDir }, log)
  rmSync(file())
  expect(readMasters({ masterKeys: [], dataDir }, log)[0].fingerprint).not.toBe(one.fingerprint)
})

test('the first of the settings seals, and no file is made', () => {
  const masters = readMasters({ masterKeys: [ONE, TWO], dataDir }, log)
  expect(masters).toEqual([masterOf(ONE), masterOf(TWO)])
  expect(readdirSync(dataDir)).toEqual(['log'])
})

test('a file that was used before the settings still opens, last', () => {
  const [made] = readMasters({ masterKeys: [], dataDir }, log)
  expect(readMasters({ masterKeys: [ONE], dataDir }, log)).toEqual([masterOf(ONE), made])
})

test('a file that others may read is closed, with a warning that does not hold the key', () => {
  readMasters({ masterKeys: [], dataDir }, log)
  chmodSync(file(), 0o644)
  readMasters({ masterKeys: [], dataDir }, log)
  expect(mode()).toBe(0o600)
  const lines = readFileSync(join(dataDir, 'log'), 'utf8')
  expect(lines).toContain('others could read the master key')
  expect(lines).not.toContain(readFileSync(file(), 'utf8'))
})

test.each(['', 'hush', 'G'.repeat(64), '1'.repeat(63)])(
  'a file that holds "%s" is refused and left as it is',
  text => {
    writeFileSync(file(), text, { mode: 0o600 })
    expect(() => readMasters({ masterKeys: [], dataDir }, log)).toThrow('There is no master key in')
    expect(readFileSync(file(), 'utf8')).toBe(text)
  },
)

test('the fingerprint is not the key', () => {
  expect(ONE).not.toContain(masterOf(ONE).fingerprint)
  expect(masterOf(ONE).fingerprint).not.toBe(masterOf(TWO).fingerprint)
})
