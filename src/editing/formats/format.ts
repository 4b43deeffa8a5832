import type { Edit } from '../edit.ts'
import type { Fence } from '../fence.ts'
import type { Around, Page } from '../page.ts'

/** One way to write edits. A new format is a file beside this one and a row in the table of `parse.ts`. */
export type Format = {
  name: string
  /** What begins on line `at` in this format, or nothing if it is not this format's. Must move forward. */
  read: (page: Page, at: number, around: Around) => Reading | undefined
}

/** An edit, or why there is none where one was meant; `next` is the line to go on from. */
export type Reading =
  | { next: number; edit: EditBody; fence?: Fence }
  | { next: number; path: string; fault: string }

/** An edit before it has its number and line. */
export type EditBody = Unplaced<Edit>
type Unplaced<E> = E extends Edit ? Omit<E, 'block' | 'line'> : never
