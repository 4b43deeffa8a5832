import { afterAll, beforeAll, expect, test } from 'vitest'
import { filesOf, openTrial, type Trial } from '../trial.ts'
import { workshopOf } from '../trialWorkshop.ts'
import { type ProofCommand, prove, renderProof } from './prove.ts'

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())

const files = filesOf({ 'page.txt': 'the page' })
/** The proof of these commands by a project that names no packages. */
async function proved(commands: readonly ProofCommand[], signal?: AbortSignal) {
  const proof = await prove(await workshopOf(trial), { files, toolchain: 'python' }, commands, signal)
  if (!proof.ok) throw new Error(proof.says)
  return proof.value
}

const serving = {
  name: 'Run',
  command: 'python3 -m http.server "$PORT"',
  serves: { port: 4567, requests: [{ path: '/page.txt', expectStatus: 200, expectText: 'the page' }] },
}

test('commands are run in order in one workspace, and one may be expected to fail', async () => {
  const commands = [
    { name: 'Install', command: 'echo done > made && ls' },
    { name: 'Usage', command: 'cat made page.txt | tr a-z A-Z; exit 2', exitCode: 2 },
    serving,
  ]
  const proof = await proved(commands)
  expect(proof.commands).toMatchObject([
    { name: 'Install', exitCode: 0, output: 'made\npage.txt', passed: true },
    { name: 'Usage', exitCode: 2, output: 'DONE\nTHE PAGE', passed: true },
    {
      name: 'Run',
      exitCode: null,
      passed: true,
      serving: { port: 4567, answers: [{ status: 200, why: null }] },
    },
  ])
  expect(proof).toMatchObject({ passed: true, sandbox: { backend: 'bubblewrap' } })
})

test('one command that fails is enough, and the rest is still run', async () => {
  const wrong = { ...serving, serves: { port: 4567, requests: [{ path: '/none', expectStatus: 200 }] } }
  const commands = [{ name: 'Test', command: 'exit 1' }, wrong, { name: 'Usage', command: 'true' }]
  const proof = await proved(commands)
  expect(proof.passed).toBe(false)
  expect(proof.commands.map(({ passed }) => passed)).toEqual([false, false, true])
  expect(proof.commands[1]?.output).toContain('GET /none: status 404 instead of 200')
})

test('no commands prove nothing, and a cancelled proof is none', async () => {
  expect((await proved([])).passed).toBe(false)
  const endless = { name: 'Test', command: 'sleep 600' }
  const proof = await proved([endless, endless], AbortSignal.timeout(200))
  expect(proof.passed).toBe(false)
  expect(proof.commands.length).toBeLessThan(2)
})

test('the page of a proof names the tree, every command and every limit', async () => {
  const proof = await proved([{ name: 'Test', command: 'printf "a\\n\\140\\140\\140\\nb"' }, serving])
  const page = renderProof(proof, 'f'.repeat(64), [
    { title: 'Python', version: '3.11.2' },
    { title: 'Go', version: null },
  ])
  expect(page).toContain(`| Tree (SHA-256) | ${'f'.repeat(64)} |`)
  expect(page).toContain('| Result | passed: 2 of 2 commands |')
  expect(page).toContain('| Python | 3.11.2 |')
  expect(page).not.toContain('| Go |')
  expect(page).toContain('export PORT=4567\npython3 -m http.server "$PORT"')
  expect(page).toContain('| GET /page.txt | 200 |')
  expect(page).toContain('| network | hard |')
  // Output with a fence of its own stays inside its block.
  expect(page).toContain('````text\na\n```\nb\n````')
})

test('commands of one name are told apart, and a failure that was expected says so', async () => {
  const proof = await proved([
    { name: 'Usage', command: 'cat page.txt' },
    { name: 'Usage', command: 'cat none.txt', exitCode: 1 },
    { name: 'Test', command: 'true' },
  ])
  const page = renderProof(proof, 'f'.repeat(64), [])
  for (const title of ['## Usage: cat page.txt', '## Usage: cat none.txt', '## Test\n'])
    expect(page).toContain(title)
  expect(page).toContain('Exit code 1, as expected,')
  expect(page).toContain('Exit code 0, ')
})
