import type { EditRefusal, MatchRule, NearestText, RefusalReason } from './edit.ts'
import { refuseEdit } from './edit.ts'

/** Where an edit lands: what the file becomes (null: deleted), by which rule and on which line, or why not. */
export type Landing =
  | { ok: true; content: string | null; rule: MatchRule; line: number }
  | { ok: false; refusal: EditRefusal }

export function landed(content: string | null, rule: MatchRule, line = 1): Landing {
  return { ok: true, content, rule, line }
}

export function refused(
  edit: { block: number; path: string },
  reason: RefusalReason,
  says: string,
  nearest?: NearestText,
): Landing {
  return { ok: false, refusal: refuseEdit(edit, reason, says, nearest) }
}
