import type { Activity, StoredEvent } from '../projects/event.ts'
import type { Happening } from './client.ts'
import type { Money } from './money.ts'
import type { Terminal } from './terminal.ts'

/** A project being built, as lines and one live status line. */

const BAR_CELLS = 24

/** `[############------------] 2/4  T3 · running the checks  31.2 of 160 credits` */
function statusLine(activity: Activity, { bare, unit }: Money): string {
  const { tasksDone, tasks, says, spentCredits, capCredits } = activity
  const filled = tasks === 0 ? 0 : Math.round((tasksDone / tasks) * BAR_CELLS)
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}] ${tasksDone}/${tasks}`
  return `${bar}  ${says}  ${bare(spentCredits)} of ${bare(capCredits)}${unit}`
}

type Teller = { terminal: Terminal; money: Money }

/**
 * Shows what happens: lines for people with a status line below, or events as JSON. With `byHand` the person's answers
 * are on the screen already.
 */
export function tell({ terminal, money }: Teller, happening: Happening, byHand = false): void {
  if (happening.kind === 'activity') {
    terminal.status(statusLine(happening.activity, money))
    return
  }
  terminal.emit({ event: happening.event })
  const line = byHand ? lineByHand(happening.event, money) : lineOf(happening.event, money)
  if (line !== undefined) terminal.say(line)
}

function lineByHand(event: StoredEvent, money: Money): string | undefined {
  if (event.type === 'created') return inward(event.description)
  return event.type === 'said' && event.direction === 'in' ? undefined : lineOf(event, money)
}

function inward(text: string): string {
  return `  > ${text.replaceAll('\n', '\n    ')}`
}

/** How many pictures there are, and how they are had. */
export function picturesSaved(projectId: string, count: number): string {
  return `${count} ${count === 1 ? 'picture' : 'pictures'}: ./botwright download ${projectId} --pictures DIR`
}

function lineOf(event: StoredEvent, money: Money): string | undefined {
  switch (event.type) {
    case 'said':
      return event.direction === 'in' ? inward(event.text) : event.text
    case 'attempt':
      return `  ${event.task} attempt ${event.number}: ${event.says}`
    case 'checked':
      return `  ${event.task} checks: ${event.checks.map(each => `${each.passed ? '✓' : '✗'} ${each.name}`).join('  ')}`
    case 'verdict':
      return `  ${event.task ?? 'The whole'} review: ${event.verdict}`
    case 'committed':
      return `  committed ${event.commit.slice(0, 10)}${event.task === null ? '' : ` (${event.task})`}`
    case 'refunded':
      return `  returned ${money.show(event.credits)}: ${event.reason}`
    case 'rerouted':
      return `  ${event.to} answered in place of ${event.from}`
    case 'prepared':
      return `  ${event.acceptanceTests} acceptance tests frozen, ${event.hidden} of them hidden from the Implementer`
    case 'proven':
      return `  clean room: ${event.commands} commands passed; tree ${event.treeSha256.slice(0, 16)}`
    case 'pictured':
      return `  ${picturesSaved(event.projectId, event.pictures.length)}`
    case 'ended':
      return event.says
    default:
      return undefined
  }
}
