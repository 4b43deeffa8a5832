import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { applyAnswer } from '../editing/apply.ts'
import type { EditRefusal } from '../editing/edit.ts'
import { applyChanges } from '../workspace/workTree.ts'
import { Refused } from './exit.ts'
import { textsOf } from './folder.ts'
import type { Terminal } from './terminal.ts'

const STDIN = 0

/** Applies an answer with edits to a folder: everything, or nothing with every reason why. */
export async function applyEditFile(terminal: Terminal, root: string, file: string): Promise<void> {
  const answer = readFileSync(file === '-' ? STDIN : file, 'utf8')
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

function line({ block, path, says }: EditRefusal): string {
  return `Block ${block} (${path}): ${says}`
}
