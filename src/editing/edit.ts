/** What an answer asks for, what came of it, and why not. Paths are POSIX and relative to the workspace. */
export type Edit = ReplaceEdit | FileEdit | DeleteEdit

/** Where an edit stands: `block` counts from 1 in the answer, `line` is its first line there, from 1. */
type Standing = { block: number; path: string; line: number }

/**
 * Replace `search` by `replace`. Both are whole lines, each ended by `\n`; empty is the empty string. A block that
 * holds several divider lines can be cut in several ways: `otherSplits` are the further ones.
 */
export type ReplaceEdit = Standing & { kind: 'replace'; otherSplits?: readonly Split[] } & Split
export type FileEdit = Standing & { kind: 'file'; content: string }
export type DeleteEdit = Standing & { kind: 'delete' }

export type Split = { search: string; replace: string }

/** How a block found its place, from the strictest to the loosest; the last three search nothing. */
export type MatchRule =
  | 'exact'
  | 'trailing-space'
  | 'indentation'
  | 'blank-lines'
  | 'look-alikes'
  | 'elision'
  | 'create'
  | 'whole-file'
  | 'delete'

/** An edit that found its place; `line` is where it landed, from 1, in the file as the edit left it. */
export type Applied = { block: number; path: string; rule: MatchRule; line: number }

export type RefusalReason =
  | 'no-match'
  | 'ambiguous'
  | 'elided'
  | 'exists'
  | 'missing-file'
  | 'unsafe-path'
  | 'frozen'
  | 'too-large'
  | 'binary'
  | 'malformed'
  | 'no-edits'
  | 'guts-file'
  | 'overlap'

/** Why one block was refused. `block` is 0 and `path` empty when it concerns the whole answer. */
export type EditRefusal = {
  block: number
  path: string
  reason: RefusalReason
  /** One plain sentence or two: what is wrong, then what to do. */
  says: string
  /** The text of the file that is most like what was searched; `line` from 1. */
  nearest?: NearestText
}
export type NearestText = { line: number; text: string }

/** The files of a workspace: path to text. */
export type Tree = ReadonlyMap<string, string>

/** One changed file; `content` null means deleted. */
export type Change = { path: string; content: string | null }

/** A refusal of the block that `edit` names. */
export function refuseEdit(
  edit: { block: number; path: string },
  reason: RefusalReason,
  says: string,
  nearest?: NearestText,
): EditRefusal {
  const { block, path } = edit
  return nearest ? { block, path, reason, says, nearest } : { block, path, reason, says }
}
