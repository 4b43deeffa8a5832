import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderProof } from '../../sandbox/proof/prove.ts'
import { openTrial, type Trial } from '../../sandbox/trial.ts'
import { type TreeFile, treeHash, zip } from '../../workspace/archive.ts'

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())

const file = (content: string, mode: TreeFile['mode'] = 0o644): TreeFile => ({
  content: Buffer.from(content),
  mode,
})
const tree = new Map([
  ['README.md', file('# App\n')],
  ['a/b.txt', file('')],
  ['a.txt', file('no line feed')],
  ['Zebra', file('upper case sorts first')],
  ['bin/run me', file('#!/bin/sh\n', 0o755)],
  ['straße \'"$x.txt', file('quotes\n')],
])

/** The last block of shell words on the page. */
function commandOn(page: string): string {
  return [...page.matchAll(/```sh\n(.*?)\n```/gs)].at(-1)?.[1] ?? ''
}

test('the command of the proof recomputes the hash on the unpacked ZIP', async () => {
  const { backend, version, guarantees } = trial.sandbox
  const page = renderProof(
    { passed: true, sandbox: { backend, version, guarantees }, commands: [], pictures: [] },
    '',
    [],
  )
  const packed = zip(new Map([...tree, ['PROOF.md', file(page)]]), 'app')
  const files = new Map([['app.zip', { content: packed }]])
  const { stdout, stderr } = await trial.sh(`unzip -q app.zip && cd app && ${commandOn(page)}`, { files })
  expect({ hash: stdout.trim(), stderr }).toEqual({ hash: `${treeHash(tree)}  -`, stderr: '' })
})
