import type { Draft } from './draft.ts'
import { type Edit, type EditRefusal, refuseEdit } from './edit.ts'
import { MAX_FILE_BYTES, MAX_LINES_READ, MAX_TREE_BYTES, MAX_TREE_FILES } from './limits.ts'
import { collision, pathFault } from './path.ts'

/** Why this file may not be edited (any more), whatever the edit says. */
export function barredPath(
  draft: Draft,
  edit: Edit,
  frozen: (path: string) => boolean,
): EditRefusal | undefined {
  const fault = pathFault(edit.path)
  if (fault) return refuseEdit(edit, 'unsafe-path', fault)
  if (draft.linesRead() > MAX_LINES_READ) return refuseEdit(edit, 'too-large', TOO_MUCH_WORK)
  if (frozen(edit.path)) return refuseEdit(edit, 'frozen', FROZEN)
  const twin = draft.get(edit.path) === undefined ? collision(edit.path, draft.paths()) : undefined
  return twin === undefined ? undefined : refuseEdit(edit, 'unsafe-path', `The path collides with ${twin}.`)
}

/** Why a file may not become this content. */
export function barredContent(draft: Draft, edit: Edit, content: string | null): EditRefusal | undefined {
  if (content === null) return undefined
  if (content.includes('\0') || !content.isWellFormed()) return refuseEdit(edit, 'binary', BINARY)
  const bytes = Buffer.byteLength(content)
  const before = draft.get(edit.path)
  const says = [
    { over: bytes > MAX_FILE_BYTES, says: FILE_TOO_LARGE },
    { over: before === undefined && draft.count() >= MAX_TREE_FILES, says: TOO_MANY_FILES },
    { over: draft.bytes() - Buffer.byteLength(before ?? '') + bytes > MAX_TREE_BYTES, says: TREE_TOO_LARGE },
  ].find(cap => cap.over)?.says
  return says === undefined ? undefined : refuseEdit(edit, 'too-large', says)
}

const FROZEN =
  'This file is fixed for this task and may not be changed. Change the code it speaks of instead.'
const BINARY = 'The content holds NUL characters or broken Unicode; only text can be written.'
const TOO_MUCH_WORK = 'The answer edits large files too many times. Send fewer blocks at a time.'
const FILE_TOO_LARGE = `The file would be larger than ${MAX_FILE_BYTES} bytes. Split it.`
const TOO_MANY_FILES = `The workspace would have more than ${MAX_TREE_FILES} files. Write fewer.`
const TREE_TOO_LARGE = `The workspace would be larger than ${MAX_TREE_BYTES} bytes. Write less.`
