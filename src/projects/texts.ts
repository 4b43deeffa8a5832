import { creditsShown } from '../billing/money.ts'
import type { Quote } from '../billing/quote.ts'
import type { Tariff } from '../billing/tariff.ts'
import type { State } from './life.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

type Says = Pick<Tariff, 'say' | 'range'>

/** All that was spent, and of that what came after the plan, which had said from what to what it would be. */
type Bill = { spentMicro: bigint; quoted: { fromMicro: bigint; toMicro: bigint; spentMicro: bigint } | null }

function quoted({ quoted: found }: Bill, { say, range }: Says): string {
  if (found === null) return ''
  return `, of that ${say(found.spentMicro)} since the plan, which said ${range(found.fromMicro, found.toMicro)}`
}

/** Every sentence that a project says to its person, in one place. */

export const endText: Record<'completed' | 'cancelled' | 'failed', string> = {
  completed: 'Done. Download the ZIP, or say what to change.',
  cancelled: 'Cancelled. What was set aside has been returned; what is built stays readable.',
  failed: 'This project cannot be built here. Nothing more is charged.',
}

/** A state in plain words, as it is shown. */
export const stateText: Record<State, string> = {
  brief: 'Reading the description',
  asking: 'Waiting for your answers',
  scoping: 'Writing the brief',
  confirming: 'Waiting for your yes to the brief',
  planning: 'Planning',
  approving: 'Waiting for your yes to the plan',
  reserving: 'Checking the credits',
  building: 'Preparing the project',
  implementing: 'Writing code',
  checking: 'Running the checks',
  verifying: 'Reviewing',
  committing: 'Committing',
  deciding: 'Waiting for your decision',
  finishing: 'Reviewing the whole',
  documenting: 'Writing the README',
  packaging: 'Proving the ZIP in a clean room',
  delivering: 'Delivering',
  completed: 'Delivered',
  cancelled: 'Cancelled',
  failed: 'Failed',
}

export const texts = {
  questions: (count: number) =>
    count === 1 ? 'One question before I start.' : `${count} questions before I start.`,
  scoped: (title: string) => `Here is what I understood: ${title}. Build it, change it or cancel.`,
  planned: (tasks: number, quote: Quote, { say, range }: Says) =>
    `The plan has ${tasks} ${tasks === 1 ? 'task' : 'tasks'}. It should cost ${range(quote.fromMicro, quote.toMicro)} from here on, and all in all never more than ${say(quote.capMicro)}.`,
  capReached: (why: string) => `${why} Raise the cap, take what is verified so far, or cancel.`,
  creditsShort: (why: string) => `${why} The project rests and goes on by itself when there are credits.`,
  quoteShort: (neededMicro: bigint, availableMicro: bigint) =>
    `Too few credits: needed ${creditsShown(neededMicro)}, available ${creditsShown(availableMicro)}. The project rests and goes on by itself when there are credits.`,
  accountLocked: (why: string) => `${why} The project rests and goes on by itself when it is unlocked.`,
  dayIsSpent: (why: string) => `${why} The project rests and goes on by itself after midnight (UTC).`,
  dayIsTooSmall: (why: string) => `${why} The project rests. Raise DAILY_LIMIT_USD, start again, and resume.`,
  lowCredits: (leftMicro: bigint) =>
    `Your credits run low: ${creditsShown(leftMicro)} left. When they are used up, projects rest until there are more.`,
  costReturned: 'What that cost is returned.',
  providerFailed: (why: string) => `${why} Nothing was charged for it. Resume tries again.`,
  goesOnByItself: (why: string, afterMs: number) =>
    `${why} It also goes on by itself in ${afterMs < HOUR_MS ? `${afterMs / MINUTE_MS} min` : `${afterMs / HOUR_MS} h`}.`,
  unfetchable: (title: string, why: string) =>
    `Packages for ${title} cannot be fetched on this machine now${why === '' ? '' : `: ${why}`} The project will wait where it needs them.`,
  unusableAnswer: 'The Architect answered twice in a form that cannot be used. Resume asks again.',
  vacuousTests:
    'The acceptance tests would pass on an empty project, so they prove nothing. Resume has them written again.',
  stuck: (task: string, title: string, returned: boolean) =>
    `${task} (${title}) does not get further. ${returned ? 'Its cost is returned and the' : 'The'} last verified state is kept. Say what to change, skip it, take what is verified, or cancel.`,
  notAccepted: (reasons: string) =>
    `The finished project was not accepted: ${reasons} Say what to change, take it as it is, or cancel.`,
  unproven: (failed: string) =>
    `The ZIP does not hold up in a clean room: ${failed} Say what to change, undo a task, or cancel.`,
  undone: (task: string) =>
    `Back at ${task}, as it was verified. Go on from there, take it as it is, or cancel.`,
  taskDone: (task: string, title: string, done: number, all: number) =>
    `${task} is done (${done} of ${all}): ${title}.`,
  taskRejected: (task: string, reason: string) => `The review sent ${task} back: ${reason}`,
  vacuousDropped: (paths: string) => `Left out, because they pass on an empty project: ${paths}.`,
  delivered: (title: string, commands: number, bill: Bill, says: Says) =>
    `${title} is ready: ${commands} README commands ran in a clean room. It cost ${says.say(bill.spentMicro)}${quoted(bill, says)}.`,
  paused: 'Paused. Nothing runs and nothing is charged until you resume.',
} as const
