import { unreachable } from '../failure.ts'
import { barredContent, barredPath } from './bars.ts'
import { Draft } from './draft.ts'
import type { Applied, Change, Edit, EditRefusal, Tree } from './edit.ts'
import type { Landing } from './landing.ts'
import { MAX_REFUSALS } from './limits.ts'
import { parseAnswer } from './parse.ts'
import { landReplacement } from './replacement.ts'
import { gutted, landDeletion, landFile } from './wholeness.ts'

/** What may be edited. Paths are asked for after they were found safe. */
export type EditRules = {
  /** Files that must stay: acceptance tests, the brief, TODO.md. */
  frozen: (path: string) => boolean
  /** Files that the task asks to be written anew, and that may therefore lose what they declare. */
  replaceWhole?: (path: string) => boolean
}

/** All changes, or none and the reasons; on refusal `applied` are the edits that would have matched. */
export type EditOutcome =
  | { ok: true; changes: Change[]; applied: Applied[] }
  | { ok: false; refusals: EditRefusal[]; applied: Applied[] }

/**
 * Applies edits to a tree, all or nothing, each to what the former ones left. Pure: the tree is not touched. After
 * `MAX_REFUSALS` refused edits the rest is not tried.
 */
export function applyEdits(tree: Tree, edits: readonly Edit[], rules: EditRules): EditOutcome {
  const draft = new Draft(tree)
  const refusals: EditRefusal[] = []
  const applied: Applied[] = []
  for (const edit of edits) {
    if (refusals.length >= MAX_REFUSALS) break
    const landing = tried(draft, edit, rules)
    if (!landing.ok) refusals.push(landing.refusal)
    else {
      draft.set(edit.path, landing.content)
      applied.push({ block: edit.block, path: edit.path, rule: landing.rule, line: landing.line })
    }
  }
  return settled(draft, [...refusals, ...gutted(draft, applied, rules.replaceWhole)], applied)
}

/** Reads an answer and applies it; a block that cannot be read refuses the whole answer like any other. */
export function applyAnswer(tree: Tree, answer: string, rules: EditRules): EditOutcome {
  const { edits, refusals } = parseAnswer(answer)
  const outcome = applyEdits(tree, edits, rules)
  if (refusals.length === 0) return outcome
  const all = outcome.ok ? refusals : [...refusals, ...outcome.refusals]
  return { ok: false, refusals: inOrder(all), applied: outcome.applied }
}

function tried(draft: Draft, edit: Edit, rules: EditRules): Landing {
  const barred = barredPath(draft, edit, rules.frozen)
  if (barred) return { ok: false, refusal: barred }
  const landing = land(draft, edit)
  const overfull = landing.ok ? barredContent(draft, edit, landing.content) : undefined
  return overfull ? { ok: false, refusal: overfull } : landing
}

function land(draft: Draft, edit: Edit): Landing {
  switch (edit.kind) {
    case 'replace':
      return landReplacement(draft, edit)
    case 'file':
      return landFile(draft, edit)
    case 'delete':
      return landDeletion(draft, edit)
    default:
      return unreachable(edit)
  }
}

function settled(draft: Draft, refusals: EditRefusal[], applied: Applied[]): EditOutcome {
  if (refusals.length === 0) return { ok: true, changes: draft.changes(), applied }
  const refused = new Set(refusals.map(refusal => refusal.block))
  return {
    ok: false,
    refusals: inOrder(refusals),
    applied: applied.filter(({ block }) => !refused.has(block)),
  }
}

function inOrder(refusals: readonly EditRefusal[]): EditRefusal[] {
  return refusals.toSorted((one, other) => one.block - other.block)
}
