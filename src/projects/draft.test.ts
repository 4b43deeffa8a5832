import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TreeFile } from '../workspace/archive.ts'
import { Workspace } from '../workspace/workspace.ts'
import { draftOf, overlay, textsIn } from './draft.ts'
import type { Attempt } from './project.ts'

type Change = { path: string; content: string | null }

function attempt(...changes: Change[]): Attempt {
  const nothing = { applied: [], checks: [], verdict: null, problem: '', signature: '', atMs: 0 }
  return { taskId: 'T1', number: 1, series: 1, result: 'edited', changes, ...nothing }
}

function file(text: string, mode: TreeFile['mode'] = 0o644): TreeFile {
  return { content: Buffer.from(text), mode }
}

function shown(files: ReadonlyMap<string, TreeFile>): Record<string, string> {
  return Object.fromEntries([...files].map(([path, { content }]) => [path, Buffer.from(content).toString()]))
}

async function inWorkspace(play: (workspace: Workspace) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'draft-'))
  try {
    await play(await Workspace.open(folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('a draft', () => {
  test('before the first commit is what the attempts made', () =>
    inWorkspace(async workspace => {
      const draft = await draftOf(workspace, [attempt({ path: 'a', content: '1' })])
      expect(shown(draft.files)).toEqual({ a: '1' })
      expect(draft.changes).toEqual([{ path: 'a', content: '1' }])
    }))

  test('is the last commit with the edits of each attempt over it, whatever lies in the work tree', () =>
    inWorkspace(async workspace => {
      await workspace.write([
        { path: 'kept', content: 'kept' },
        { path: 'gone', content: 'gone' },
        { path: 'same', content: 'same' },
      ])
      await workspace.commit({ message: 'base', step: 'p:1' })
      await workspace.write([{ path: 'litter', content: 'of a crash' }])
      const draft = await draftOf(workspace, [
        attempt({ path: 'new', content: 'first' }, { path: 'gone', content: null }),
        attempt({ path: 'new', content: 'second' }, { path: 'same', content: 'same' }),
        attempt({ path: 'fleeting', content: 'x' }),
        attempt({ path: 'fleeting', content: null }),
      ])
      expect(shown(draft.files)).toEqual({ kept: 'kept', same: 'same', new: 'second' })
      expect(draft.changes).toEqual([
        { path: 'new', content: 'second' },
        { path: 'gone', content: null },
      ])
    }))
})

describe('laying changes over a tree', () => {
  const tree = fc
    .dictionary(fc.constantFrom('a', 'b', 'c'), fc.string())
    .map(texts => new Map(Object.entries(texts).map(([path, text]) => [path, file(text)])))
  const changes = fc.array(
    fc.record({ path: fc.constantFrom('a', 'b', 'c', 'd'), content: fc.option(fc.string()) }),
  )

  test('leaves the tree below as it was, and the last word on a path counts', () => {
    fc.assert(
      fc.property(tree, changes, (base, over) => {
        const before = shown(base)
        const after = shown(overlay(base, over))
        expect(shown(base)).toEqual(before)
        for (const path of ['a', 'b', 'c', 'd']) {
          const last = over.findLast(change => change.path === path)
          expect(after[path] ?? null).toBe(last === undefined ? (before[path] ?? null) : last.content)
        }
      }),
    )
  })

  test('keeps the mode of a file, and makes a new script one that can be started', () => {
    const base = new Map([
      ['run', file('#!/bin/sh', 0o755)],
      ['text', file('a')],
    ])
    const after = overlay(base, [
      { path: 'run', content: 'no longer' },
      { path: 'text', content: '#!/bin/sh' },
      { path: 'script', content: '#!/bin/sh' },
      { path: 'plain', content: 'a' },
    ])
    expect([...after].map(([path, { mode }]) => [path, mode])).toEqual([
      ['run', 0o755],
      ['text', 0o644],
      ['script', 0o755],
      ['plain', 0o644],
    ])
  })
})

test('a file with a NUL byte or broken UTF-8 is no text, an empty one is', () => {
  const files = new Map([
    ['text', file('Zoë')],
    ['empty', file('')],
    ['nul', file('a\0b')],
    ['broken', { content: Uint8Array.from([0xff, 0xfe]), mode: 0o644 as const }],
  ])
  expect([...textsIn(files).keys()]).toEqual(['text', 'empty'])
})
