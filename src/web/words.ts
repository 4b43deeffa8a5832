import type { StoredEvent } from '../projects/event.ts'
import type { State } from '../projects/life.ts'
import type { SummaryView, TransactionView } from './api.ts'
import type { Money } from './money.ts'
import { showBytes, showCount, showDuration } from './show.ts'

/** Plain words for what the machine calls by short names. */

export type Tone = 'works' | 'waits' | 'good' | 'bad' | 'quiet'
type StateWords = { says: string; tone: Tone }

const STATE_WORDS: Readonly<Record<State, StateWords>> = {
  brief: { says: 'Thinking about your idea', tone: 'works' },
  asking: { says: 'Has questions for you', tone: 'waits' },
  scoping: { says: 'Writing the brief', tone: 'works' },
  confirming: { says: 'The brief is ready for you', tone: 'waits' },
  planning: { says: 'Making the plan', tone: 'works' },
  approving: { says: 'The plan is ready for you', tone: 'waits' },
  reserving: { says: 'Setting the price aside', tone: 'works' },
  building: { says: 'Preparing workspace and tests', tone: 'works' },
  implementing: { says: 'Writing code', tone: 'works' },
  checking: { says: 'Running the checks', tone: 'works' },
  verifying: { says: 'Reviewing the task', tone: 'works' },
  committing: { says: 'Saving the task', tone: 'works' },
  deciding: { says: 'Needs your decision', tone: 'waits' },
  finishing: { says: 'Reviewing the whole', tone: 'works' },
  documenting: { says: 'Writing the README', tone: 'works' },
  packaging: { says: 'Proving the ZIP', tone: 'works' },
  delivering: { says: 'Delivering', tone: 'works' },
  completed: { says: 'Delivered', tone: 'good' },
  cancelled: { says: 'Cancelled', tone: 'quiet' },
  failed: { says: 'Could not be built', tone: 'bad' },
}

/** Where a project stands, for a chip or a line. A paused one says so; a state of a newer server is shown by its name. */
export function stateWords({ state, paused }: Pick<SummaryView, 'state' | 'paused'>): StateWords {
  if (paused) return { says: 'Paused', tone: 'waits' }
  const words: Readonly<Record<string, StateWords>> = STATE_WORDS
  return words[state] ?? { says: state, tone: 'quiet' }
}

const ENDS: ReadonlySet<string> = new Set<State>(['completed', 'cancelled', 'failed'])

export function isEnded(state: string): boolean {
  return ENDS.has(state)
}

const ON_A_TASK: ReadonlySet<string> = new Set<State>(['implementing', 'checking', 'verifying', 'committing'])

/** Whether the task in hand is being worked on: planned tasks wait for the plan to be approved. */
export function isOnTask({ state, paused }: Pick<SummaryView, 'state' | 'paused'>): boolean {
  return ON_A_TASK.has(state) && !paused
}

const FAILURE_WORDS: Readonly<Record<string, string>> = {
  'rate-limited': 'too many requests at once',
  overloaded: 'the provider is overloaded',
  authentication: 'the key was not accepted',
  'out-of-provider-credit': 'the account at the provider is empty',
  'context-too-long': 'too long for this model',
  refused: 'the model declined',
  malformed: 'the answer could not be read',
  timeout: 'no answer in time',
  cancelled: 'stopped',
  network: 'the provider could not be reached',
}

/** Why a model call brought no answer. */
export function failureWords(kind: string | null): string {
  return FAILURE_WORDS[kind ?? ''] ?? 'the provider failed'
}

const RESULT_WORDS: Readonly<Record<string, { says: string; tone: Tone }>> = {
  edited: { says: 'Edited', tone: 'works' },
  refused: { says: 'Edit refused', tone: 'bad' },
  red: { says: 'A check failed', tone: 'bad' },
  green: { says: 'Checks passed', tone: 'works' },
  rejected: { says: 'Rejected in review', tone: 'bad' },
  approved: { says: 'Approved', tone: 'good' },
}

export function resultWords(result: string): { says: string; tone: Tone } {
  return RESULT_WORDS[result] ?? { says: result, tone: 'quiet' }
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  questions: 'Questions',
  brief: 'Brief',
  plan: 'Plan',
  documents: 'Documents',
  acceptance: 'Acceptance tests',
  implement: 'Code',
  verify: 'Task reviews',
  'verify-project': 'Final review',
  readme: 'README',
}

export function kindWords(kind: string): string {
  return KIND_WORDS[kind] ?? kind
}

const TRANSACTION_WORDS: Readonly<Record<TransactionView['type'], string>> = {
  initial_grant: 'Welcome',
  purchase: 'Purchase',
  usage_deduction: 'Used',
  refund: 'Given back',
  manual_adjustment: 'By the operator',
  referral_bonus: 'Referral',
}

/** What changed the credits; a kind of a newer server is shown by its name. */
export function transactionWords(type: string): string {
  const words: Readonly<Record<string, string>> = TRANSACTION_WORDS
  return words[type] ?? type
}

/** A step of the work as one quiet line of the conversation, or null for what a message or a card says better. */
export function noteOf(event: StoredEvent, money: Pick<Money, 'show'>): string | null {
  switch (event.type) {
    case 'prepared':
      return `${showCount(event.acceptanceTests, 'acceptance test')} frozen, ${event.hidden} of them hidden`
    case 'attempt':
      return `${event.task}, attempt ${event.number}: ${event.says || resultWords(event.result).says}`
    case 'checked':
      return `${event.task}: ${checkedWords(event.checks.map(check => check.passed))}`
    case 'verdict':
      return verdictNote(event.task ?? 'The whole', event.verdict, event.reasons)
    case 'committed':
      return `${event.task ?? 'Project'} saved as ${event.commit.slice(0, 7)}, ${event.tasksDone} of ${event.tasks} done`
    case 'refunded':
      return `${money.show(event.credits)} given back for ${event.task ?? 'answers that could not be used'}: ${event.reason}`
    case 'paused':
      return `Paused: ${event.says}`
    case 'resumed':
      return 'Going on'
    case 'rerouted':
      return reroutedNote(event)
    case 'undone':
      return `Went back to ${event.task} (${event.commit.slice(0, 7)})`
    case 'proven':
      return `Proven in a clean room: ${showCount(event.commands, 'command')} in ${showDuration(event.ms)}`
    case 'pictured':
      return `${showCount(event.pictures.length, 'picture')} of the running app`
    case 'delivered':
      return `${event.zip}, ${showBytes(event.bytes)}, for ${money.show(event.spentCredits)}`
    default:
      return null
  }
}

/** Names are provider and model, for instance `google:gemini-pro`; `nobody` where no other model answered. Why is said once, in a message. */
function reroutedNote({ from, to }: Extract<StoredEvent, { type: 'rerouted' }>): string {
  const [asked, answered] = [from, to].map(name => name.slice(name.indexOf(':') + 1))
  if (to === 'nobody') return `${asked} did not answer, and no other model could`
  return `${answered} answered instead of ${asked}`
}

function verdictNote(what: string, verdict: 'APPROVED' | 'REJECTED', reasons: readonly string[]): string {
  if (verdict === 'APPROVED') return `${what} approved in review`
  return `${what} rejected in review: ${reasons.join('; ') || 'no reason given'}`
}

export function checkedWords(passed: readonly boolean[]): string {
  const failed = passed.filter(each => !each).length
  if (passed.length === 0) return 'no checks'
  return failed === 0
    ? `${showCount(passed.length, 'check')} passed`
    : `${failed} of ${passed.length} checks failed`
}
