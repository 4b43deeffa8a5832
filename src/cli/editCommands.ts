import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { applyEdits } from '../editing/apply.ts'
import type { EditRefusal } from '../editing/edit.ts'
import { parseAnswer } from '../editing/parse.ts'
import { applyChanges } from '../workspace/workTree.ts'
import { Refused } from './exit.ts'
import { textsOf } from './folder.ts'
import type { Terminal } from './terminal.ts'

const STDIN = 0

/** Applies an answer with edits to a folder: everything, or nothing with every reason why. */
export async function applyEditFile(terminal: Terminal, root: string, file: string): Promise<void> {
  const answer = readFileSync(file === '-' ? STDIN : file, 'utf8')
  const parsed = parseAnswer(answer)
  const result = applyEdits(textsOf(root), parsed.edits, { frozen: () => false })
  const refused = [...parsed.refusals, ...(result.ok ? [] : result.refusals)]
  if (!result.ok || refused.length > 0) {
    terminal.emit({ applied: [], refused })
    throw new Refused(refused.map(line).join('\n'))
  }
  await applyChanges(root, `${resolve(root)}.botwright-spare`, result.changes)
  terminal.emit({ applied: result.applied, refused: [] })
  for (const each of result.applied)
    terminal.say(`${each.path}:${each.line}  block ${each.block}  ${each.rule}`)
}

function line({ block, path, says }: EditRefusal): string {
  return `Block ${block} (${path}): ${says}`
}
