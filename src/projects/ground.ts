import { type Asked, ask, type Prompt } from '../agents/prompt.ts'
import { spentMicro } from '../billing/holds.ts'
import { refund } from '../billing/ledger.ts'
import { credits } from '../billing/money.ts'
import { unreachable } from '../failure.ts'
import type { CallOrder, CallResult, CallStop, Detour, Heard, ModelName } from '../llm/call.ts'
import type { ModelRequest, Role } from '../llm/model.ts'
import { type Abandoned, abandoned, type Outcome, outcome, type Rest, rest } from './outcome.ts'
import type { Parts } from './parts.ts'
import type { Project } from './project.ts'
import { refundsOfStep, totalOf } from './refunds.ts'
import { tasksOf } from './store.ts'
import { texts } from './texts.ts'

/** What the work of one state stands on: the project as it was read, the parts, and a signal that stops everything. */
export type Ground = {
  parts: Parts
  project: Project
  signal: AbortSignal
  /** Measures what the sandbox took, for the bill of time. */
  inSandbox<Value>(run: () => Promise<Value>): Promise<Value>
  /** What happened on the way, apart from the outcome itself. */
  way(): Way
  /** Remembers who answered a call: the first model of its route, or another one on a detour. */
  answered(by: ModelName, detour: Detour | null): void
  /** Says what is going on right now, for whoever watches. */
  show(says: string, task?: string): Promise<void>
}

/** Time in the sandbox in ms; the last detour of a call; the models that answered as the first of their route. */
export type Way = { sandboxMs: number; detour: Detour | null; straight: ModelName[] }

/** What a call that brought no answer means for the project. */
export type Stopped = Outcome<'overCap'> | Rest | Abandoned

export type Answered<Value> =
  | { ok: true; value: Value }
  | { ok: false; declined: string | null; stopped: Stopped }

export function groundOf(parts: Parts, project: Project, signal: AbortSignal): Ground {
  const way: Way = { sandboxMs: 0, detour: null, straight: [] }
  return {
    parts,
    project,
    signal,
    show: (says, task) => show(parts, project, says, task ?? null),
    way: () => ({ ...way, sandboxMs: Math.round(way.sandboxMs) }),
    answered: (by, detour) => {
      if (detour === null) way.straight.push(by)
      else way.detour = detour
    },
    inSandbox: async run => {
      const fromMs = parts.clock.monotonicMs()
      const value = await run()
      way.sandboxMs += parts.clock.monotonicMs() - fromMs
      return value
    },
  }
}

/** Asks a model for an object. `faults` finds what a schema cannot say. An answer that stays invalid lets the project rest. */
export async function askFor<Input, Output>(
  ground: Ground,
  prompt: Prompt<Input, Output>,
  input: Input,
  options: { task?: string; faults?: (value: Output) => string[] } = {},
): Promise<Answered<Output>> {
  const call = (ordinal: number, role: Role, request: ModelRequest) =>
    callModel(ground, { ordinal, role, request, task: options.task })
  const asked: Asked<Output, CallStop> = await ask(prompt, input, call, options.faults)
  if (asked.ok) return asked
  if ('stop' in asked) return stoppedBy(asked.stop, options.task)
  ground.parts.log.warn(
    { projectId: ground.project.id, kind: prompt.kind, invalid: asked.invalid },
    'unusable answer',
  )
  return { ok: false, declined: null, stopped: await unusable(ground, options.task) }
}

/** Answers that nobody can use are not the person's cost, where only what is verified is. */
async function unusable({ parts, project }: Ground, task: string | undefined): Promise<Rest> {
  const back = parts.tariff.policy === 'verified' ? await refundsOfStep(parts, project, task) : []
  const [first] = back
  if (!first) return rest('provider', texts.unusableAnswer, { afresh: true })
  return rest('provider', `${texts.unusableAnswer} ${texts.costReturned}`, {
    afresh: true,
    events: [{ type: 'refunded', task: task ?? null, credits: credits(totalOf(back)), reason: first.reason }],
    write: async tx => {
      for (const each of back) await refund(tx, parts.clock, each)
    },
  })
}

type ModelCall = Pick<CallOrder, 'ordinal' | 'role' | 'request' | 'stronger'> & { task?: string | undefined }

/** Makes one model call under this step of the project. */
export async function callModel(ground: Ground, asked: ModelCall): Promise<CallResult> {
  const { id: projectId, userId, epoch, step, capMicro } = ground.project
  const { task: taskId, ...call } = asked
  const hear = (heard: Heard) => {
    if (heard.kind === 'waiting') void ground.show(heard.says, taskId).catch(() => {})
  }
  const order = { projectId, userId, epoch, step, capMicro, taskId, hear, ...call }
  const result = await ground.parts.gateway.call(order, ground.signal)
  if (result.ok) ground.answered(result.by, result.detour ?? null)
  return result
}

/** What a stopped call means: the person decides about the cap, waits for credits or a provider, or has stopped it. */
export function stoppedBy(
  stop: CallStop,
  task?: string,
): { ok: false; declined: string | null; stopped: Stopped } {
  const as = (stopped: Stopped, declined: string | null = null) => ({ ok: false as const, declined, stopped })
  switch (stop.kind) {
    case 'over-cap':
      return as(
        outcome('overCap', {
          file: { decision: { why: 'cap', says: texts.capReached(stop.says), task: task ?? null } },
        }),
      )
    case 'too-few-credits':
      return as(rest('credits', texts.creditsShort(stop.says), { needsMicro: stop.neededMicro }))
    case 'frozen':
      return as(rest('account', texts.accountLocked(stop.says)))
    case 'day-limit':
      if (stop.untilMs === null) return as(rest('limit', texts.dayIsTooSmall(stop.says)))
      return as(rest('limit', texts.dayIsSpent(stop.says), { untilMs: stop.untilMs }))
    case 'no-price':
    case 'no-key':
      return as(rest('provider', stop.says))
    case 'stale':
      return as(abandoned)
    case 'failed':
      if (stop.failure.kind === 'cancelled') return as(abandoned)
      return as(
        rest('provider', texts.providerFailed(stop.says), { passes: stop.failure.retry }),
        stop.failure.kind === 'refused' ? stop.says : null,
      )
    default:
      return unreachable(stop)
  }
}

async function show(parts: Parts, project: Project, says: string, task: string | null): Promise<void> {
  const { sql } = parts.database
  const [spending, tasks] = [await spentMicro(sql, project.id), await tasksOf(sql, project.id)]
  parts.live.show({
    projectId: project.id,
    state: project.state,
    task,
    says,
    spentCredits: credits(spending.spentMicro),
    heldCredits: credits(spending.heldMicro),
    capCredits: credits(project.capMicro),
    tasksDone: tasks.filter(each => each.status === 'done').length,
    tasks: tasks.length,
  })
}
