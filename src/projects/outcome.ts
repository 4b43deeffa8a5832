import type { Sql } from '../db/database.ts'
import type { ProjectEvent } from './event.ts'
import type { OutcomeOf, WorkState } from './life.ts'
import type { Paused, ProjectFile } from './project.ts'

/** What the work of a state ends with: a word of the life table, with everything that is written along with it. */
export type Outcome<Word extends string = string> = {
  kind: 'outcome'
  on: Word
  /** Changes to the project's file. */
  file?: Partial<ProjectFile>
  capMicro?: bigint
  events?: readonly ProjectEvent[]
  /** Messages to the person. */
  says?: readonly string[]
  /** Further rows, in the same transaction. */
  write?: (tx: Sql) => Promise<void>
}

/** The work cannot go on now: the project rests in its state. */
export type Rest = {
  kind: 'rest'
  paused: Paused
  /** Its calls are new ones when it goes on. */
  afresh?: boolean
  /** What keeps it may be over soon: it goes on by itself, a few times, after longer and longer rests. */
  passes?: boolean
  /** It goes on by itself then. */
  untilMs?: number
  /** It rests only while its person has less than this. */
  needsMicro?: bigint
  events?: readonly ProjectEvent[]
  write?: (tx: Sql) => Promise<void>
}

/** Somebody stopped the work or the project moved on: nothing is written. */
export type Abandoned = { kind: 'abandoned' }

export type WorkResult<S extends WorkState> = Outcome<OutcomeOf<S> & string> | Rest | Abandoned

export const abandoned: Abandoned = { kind: 'abandoned' }

export function outcome<const Word extends string>(
  on: Word,
  rest: Omit<Outcome, 'kind' | 'on'> = {},
): Outcome<Word> {
  return { kind: 'outcome', on, ...rest }
}

export function rest(reason: Paused['reason'], says: string, also: Omit<Rest, 'kind' | 'paused'> = {}): Rest {
  return { kind: 'rest', paused: { reason, says }, ...also }
}
