import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

test('a damaged file ends the start with its path and exit code 2, and is left as it is', context => {
  const folder = mkdtempSync(join(tmpdir(), 'links-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'links.json')
  writeFileSync(file, '{"version": 1, "links": [{}]}')
  const env = { ...process.env, PORT: '0', LINKS_FILE: file }
  const ended = spawnSync(process.execPath, ['--import', 'tsx', 'src/main.ts'], { env, encoding: 'utf8', timeout: 20_000 })
  assert.equal(ended.status, 2, ended.stderr)
  assert.ok(ended.stderr.includes(file), ended.stderr)
  assert.doesNotMatch(ended.stderr, /\n\s+at /)
  assert.equal(readFileSync(file, 'utf8'), '{"version": 1, "links": [{}]}')
})
