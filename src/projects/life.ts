/**
 * The life of a project, as data. Read this first: everything else carries it out.
 *
 * A state of work names the work to (re)do; its outcomes lead on. A parked state waits for the person; their events
 * lead on. An end keeps the project readable; `refine` and `undo` leave `completed` again. `back` leads to the state
 * that `deciding` was entered from. Being paused is no state: a paused project keeps its state and goes on in it.
 */

type Row = { kind: 'work' | 'parked' | 'end'; on: Readonly<Record<string, string>> }

export const life = {
  brief: {
    kind: 'work',
    on: { unclear: 'asking', clear: 'scoping', declined: 'failed', overCap: 'deciding', cancel: 'cancelled' },
  },
  asking: { kind: 'parked', on: { answer: 'brief', cancel: 'cancelled' } },
  scoping: {
    kind: 'work',
    on: { scoped: 'confirming', declined: 'failed', overCap: 'deciding', cancel: 'cancelled' },
  },
  confirming: { kind: 'parked', on: { build: 'planning', change: 'scoping', cancel: 'cancelled' } },
  planning: {
    kind: 'work',
    on: {
      planned: 'approving',
      declined: 'failed',
      /** A wish for what is delivered that cannot be met: it stays as it is. */
      unchanged: 'completed',
      overCap: 'deciding',
      cancel: 'cancelled',
    },
  },
  approving: { kind: 'parked', on: { approve: 'reserving', change: 'planning', cancel: 'cancelled' } },
  reserving: { kind: 'work', on: { funded: 'building', cancel: 'cancelled' } },
  building: {
    kind: 'work',
    on: { prepared: 'implementing', undone: 'deciding', overCap: 'deciding', cancel: 'cancelled' },
  },
  implementing: {
    kind: 'work',
    on: {
      edited: 'checking',
      refused: 'implementing',
      finished: 'finishing',
      stuck: 'deciding',
      overCap: 'deciding',
      undo: 'building',
      cancel: 'cancelled',
    },
  },
  checking: {
    kind: 'work',
    on: { green: 'verifying', red: 'implementing', stuck: 'deciding', undo: 'building', cancel: 'cancelled' },
  },
  verifying: {
    kind: 'work',
    on: {
      approved: 'committing',
      rejected: 'implementing',
      stuck: 'deciding',
      overCap: 'deciding',
      undo: 'building',
      cancel: 'cancelled',
    },
  },
  committing: { kind: 'work', on: { committed: 'implementing', undo: 'building', cancel: 'cancelled' } },
  deciding: {
    kind: 'parked',
    on: {
      raise: 'back',
      goOn: 'implementing',
      guide: 'implementing',
      skip: 'implementing',
      deliver: 'documenting',
      undo: 'building',
      cancel: 'cancelled',
    },
  },
  finishing: {
    kind: 'work',
    on: {
      accepted: 'documenting',
      moreTasks: 'implementing',
      stuck: 'deciding',
      overCap: 'deciding',
      undo: 'building',
      cancel: 'cancelled',
    },
  },
  documenting: {
    kind: 'work',
    on: { written: 'packaging', overCap: 'deciding', undo: 'building', cancel: 'cancelled' },
  },
  packaging: {
    kind: 'work',
    on: {
      proven: 'delivering',
      unproven: 'documenting',
      stuck: 'deciding',
      undo: 'building',
      cancel: 'cancelled',
    },
  },
  delivering: { kind: 'work', on: { delivered: 'completed', cancel: 'cancelled' } },
  completed: { kind: 'end', on: { refine: 'planning', undo: 'building' } },
  cancelled: { kind: 'end', on: {} },
  failed: { kind: 'end', on: {} },
} as const satisfies Readonly<Record<string, Row>>

export type Life = typeof life
export type State = keyof Life
type OfKind<Kind extends Row['kind']> = { [S in State]: Life[S]['kind'] extends Kind ? S : never }[State]
export type WorkState = OfKind<'work'>

/** What the person can make happen; the rest of the table's words are outcomes of work. */
export const PERSON_EVENTS = [
  'answer',
  'build',
  'change',
  'approve',
  'raise',
  'goOn',
  'guide',
  'skip',
  'deliver',
  'undo',
  'refine',
  'cancel',
] as const
export type PersonEventName = (typeof PERSON_EVENTS)[number]

/** The outcomes that the work of a state can end with. */
export type OutcomeOf<S extends State> = Exclude<keyof Life[S]['on'], PersonEventName>

export const STATES = Object.keys(life) as readonly State[]

/** The states whose work goes on by itself. */
export const WORK_STATES = STATES.filter(state => life[state].kind === 'work')

/** The states in which nothing of a project is under way any more. */
export const END_STATES = STATES.filter(state => life[state].kind === 'end')

/** Whether a stored word is a state of this table. */
export function isState(word: string): word is State {
  return Object.hasOwn(life, word)
}

/** Where a state leads on a word, or undefined when it does not; `back` is resolved with the state remembered. */
export function next(state: State, word: string, backState: State | null): State | undefined {
  const on: Readonly<Record<string, string>> = life[state].on
  const target = Object.hasOwn(on, word) ? on[word] : undefined
  if (target === 'back') return backState ?? undefined
  return target !== undefined && isState(target) ? target : undefined
}

/** The drawing for docs/ARCHITECTURE.md, as a Mermaid state diagram. Cancelling is left out: every state allows it. */
export function drawLife(): string {
  const arrows = STATES.flatMap(state =>
    Object.entries(life[state].on)
      .filter(([word]) => word !== 'cancel')
      .map(([word, target]) => `  ${state} --> ${target === 'back' ? 'deciding_back' : target}: ${word}`),
  )
  const ends = STATES.filter(state => life[state].kind === 'end').map(state => `  ${state} --> [*]`)
  return [
    'stateDiagram-v2',
    '  [*] --> brief',
    ...arrows,
    ...ends,
    '  deciding_back: the state it came from',
  ].join('\n')
}
