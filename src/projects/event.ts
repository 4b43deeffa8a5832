import type { State } from './life.ts'

/** What happened to a project, in order. One union feeds every front: terminal, web page, logs. Amounts are micro-credits as decimal strings of credits. */
export type ProjectEvent =
  | { type: 'created'; description: string }
  | { type: 'moved'; from: State; to: State; on: string }
  | { type: 'said'; direction: 'in' | 'out'; text: string }
  | { type: 'asked'; questions: number; round: number }
  | { type: 'scoped'; title: string }
  | { type: 'planned'; tasks: number; fromCredits: string; toCredits: string; capCredits: string }
  | { type: 'prepared'; acceptanceTests: number; hidden: number }
  | { type: 'attempt'; task: string; number: number; result: AttemptResult; says: string }
  | {
      type: 'checked'
      task: string
      number: number
      checks: readonly { name: string; passed: boolean; ms: number }[]
    }
  | { type: 'verdict'; task: string | null; verdict: 'APPROVED' | 'REJECTED'; reasons: readonly string[] }
  | { type: 'committed'; task: string | null; commit: string; tasksDone: number; tasks: number }
  | { type: 'refunded'; task: string | null; credits: string; reason: string }
  | { type: 'deciding'; why: string }
  | { type: 'paused'; reason: PauseReason; says: string }
  | { type: 'resumed' }
  /** Time in the sandbox since the last outcome, in ms of the wall clock. */
  | { type: 'sandbox'; ms: number }
  /** Another model than the first of the route answered. */
  | { type: 'rerouted'; from: string; to: string; says: string }
  | { type: 'undone'; task: string; commit: string }
  | { type: 'proven'; treeSha256: string; commands: number; ms: number }
  /** What the running app looked like when it was proven. */
  | { type: 'pictured'; delivery: number; pictures: readonly Pictured[] }
  | { type: 'delivered'; zip: string; bytes: number; spentCredits: string; quoted?: Quoted }
  | { type: 'ended'; state: 'completed' | 'cancelled' | 'failed'; says: string }

/** What the plan said that everything after it would cost, and what it did. */
export type Quoted = { fromCredits: string; toCredits: string; spentCredits: string }

/** One picture: its name among those of the delivery, the path that was asked for, and its pixels. */
export type Pictured = {
  name: string
  path: string
  size: 'phone' | 'desktop'
  width: number
  height: number
}

export type AttemptResult = 'edited' | 'refused' | 'red' | 'green' | 'rejected' | 'approved'
/** `account`: it is locked; `limit`: the installation has spent what it may in a day. */
export type PauseReason =
  | 'user'
  | 'credits'
  | 'account'
  | 'limit'
  | 'provider'
  | 'registry'
  | 'sandbox'
  | 'trouble'

/** An event as it is stored and sent. `seq` counts from 1 within a project. */
export type StoredEvent = ProjectEvent & { projectId: string; seq: number; atMs: number }

/** What is going on this moment; never stored, lost without harm. */
export type Activity = {
  projectId: string
  state: State
  task: string | null
  says: string
  spentCredits: string
  heldCredits: string
  capCredits: string
  tasksDone: number
  tasks: number
}
