import { sha256 } from '../id.ts'
import type { TreeFile } from '../workspace/archive.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Attempt } from './project.ts'

/**
 * The tree of the task in hand: the last commit and, over it, the edits of every attempt of this series. It is worked
 * out from git and the database alone, so that a crash loses none of it and the work tree is never the truth.
 */
export type Draft = {
  files: ReadonlyMap<string, TreeFile>
  /** Those of the files that are text. */
  texts: ReadonlyMap<string, string>
  /** What differs from the last commit. */
  changes: readonly { path: string; content: string | null }[]
}

export async function draftOf(workspace: Workspace, series: readonly Attempt[]): Promise<Draft> {
  const base =
    (await workspace.head()) === undefined ? new Map<string, TreeFile>() : await workspace.snapshot()
  const changes = cumulated(series)
  const files = overlay(base, changes)
  return { files, texts: textsIn(files), changes: changes.filter(change => differs(base, change)) }
}

/** A tree with changes laid over it. */
export function overlay(
  base: ReadonlyMap<string, TreeFile>,
  changes: readonly { path: string; content: string | null }[],
): Map<string, TreeFile> {
  const files = new Map(base)
  for (const { path, content } of changes) {
    if (content === null) files.delete(path)
    else files.set(path, { content: Buffer.from(content), mode: modeOf(base.get(path), content) })
  }
  return files
}

/** The text files of a tree; a file with a NUL byte or broken UTF-8 is none. */
export function textsIn(files: ReadonlyMap<string, TreeFile>): Map<string, string> {
  const found = new Map<string, string>()
  for (const [path, { content }] of files) {
    const text = textOf(content)
    if (text !== undefined) found.set(path, text)
  }
  return found
}

/** Texts as sources of the index; a file is known by its content. */
export function sourcesIn(
  texts: ReadonlyMap<string, string>,
): { path: string; blob: string; text: string }[] {
  return [...texts].map(([path, text]) => ({ path, blob: sha256(text), text }))
}

function cumulated(series: readonly Attempt[]): { path: string; content: string | null }[] {
  const last = new Map(
    series.flatMap(attempt => attempt.changes.map(change => [change.path, change] as const)),
  )
  return [...last.values()]
}

function differs(
  base: ReadonlyMap<string, TreeFile>,
  change: { path: string; content: string | null },
): boolean {
  const before = base.get(change.path)
  if (before === undefined) return change.content !== null
  return change.content === null || !Buffer.from(change.content).equals(before.content)
}

function modeOf(before: TreeFile | undefined, content: string): TreeFile['mode'] {
  return before?.mode ?? (content.startsWith('#!') ? 0o755 : 0o644)
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf(content: Uint8Array): string | undefined {
  if (content.includes(0)) return undefined
  try {
    return strictUtf8.decode(content)
  } catch {
    return undefined
  }
}
