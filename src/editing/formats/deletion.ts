import { nameAbove } from '../page.ts'
import type { Format } from './format.ts'

/** A file's name and, below it, the line `<<<<<<< DELETE`: the file goes. Our own; Aider's format cannot say it. */
export const deletion: Format = {
  name: 'deletion',
  read: (page, at, around) => {
    if (page.marks[at]?.kind !== 'delete') return undefined
    const path = nameAbove(page, at, around)?.path
    if (path === undefined) return { next: at + 1, path: '', fault: NAMELESS }
    return { next: at + 1, edit: { kind: 'delete', path } }
  },
}

const NAMELESS = 'The deletion names no file. Put the path alone on the line before the DELETE marker.'
