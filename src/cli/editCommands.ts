import { resolve } from 'node:path'
import { applyAnswer } from '../editing/apply.ts'
import type { EditRefusal } from '../editing/edit.ts'
import { subject } from '../editing/feedback.ts'
import { applyChanges } from '../workspace/workTree.ts'
import { Refused } from './exit.ts'
import { textIn, textsOf } from './folder.ts'
import type { Terminal } from './terminal.ts'

/** Applies an answer with edits to a folder: everything, or nothing with every reason why. */
export async function applyEditFile(terminal: Terminal, root: string, file: string): Promise<void> {
  const answer = textIn(file)
  const result = applyAnswer(textsOf(root), answer, { frozen: () => false })
  if (!result.ok) {
    terminal.emit({ applied: [], refused: result.refusals })
    throw new Refused(result.refusals.map(line).join('\n'))
  }
  await applyChanges(root, `${resolve(root)}.botwright-spare`, result.changes)
  terminal.emit({ applied: result.applied, refused: [] })
  for (const each of result.applied)
    terminal.say(`${each.path}:${each.line}  block ${each.block}  ${each.rule}`)
}

function line(refusal: EditRefusal): string {
  return `${subject(refusal)}: ${refusal.says}`
}
