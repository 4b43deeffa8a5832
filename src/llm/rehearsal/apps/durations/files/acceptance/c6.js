import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

function demo(...texts) {
  const program = fileURLToPath(new URL('../examples/demo.js', import.meta.url))
  return spawnSync(process.execPath, [program, ...texts], { encoding: 'utf8' })
}

test('the demo shows a text in every form', () => {
  const { status, stdout } = demo('2h')
  assert.equal(status, 0)
  for (const part of ['7200000', '2h', '2 hours', 'PT2H']) assert.ok(stdout.includes(part), part)
})

test('a wrong text ends the demo with exit code 1 and one line', () => {
  const { status, stderr } = demo('someday')
  assert.equal(status, 1)
  assert.match(stderr, /^.*someday.*\n$/)
})

test('there is nothing to install', async () => {
  const { dependencies = {}, exports } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  assert.deepEqual(dependencies, {})
  assert.ok(exports, 'the package says what it exports')
})
