import { plan as planPrompt } from '../../agents/architect/plan.ts'
import { type Plan, planFaults } from '../../agents/plan.ts'
import { historyOf } from '../../billing/history.ts'
import { spentMicro } from '../../billing/holds.ts'
import { credits, larger, smaller } from '../../billing/money.ts'
import { type Quote, quoteFor } from '../../billing/quote.ts'
import { type Tariff, withinLimit } from '../../billing/tariff.ts'
import { invariant } from '../../failure.ts'
import type { FoundToolchain } from '../../sandbox/toolchains/detect.ts'
import { toolchainCalled } from '../../sandbox/toolchains/toolchains.ts'
import type { Workshop } from '../../sandbox/workshop.ts'
import { askFor, type Ground } from '../ground.ts'
import { outcome, rest, type WorkResult } from '../outcome.ts'
import type { Project } from '../project.ts'
import { secretsOf } from '../secrets/store.ts'
import { addTasks, dropOpenTasks, tasksOf } from '../store.ts'
import { texts } from '../texts.ts'

/** Picks the stack and writes the tasks, with a quote: a range and a hard cap. */
export async function planning(ground: Ground): Promise<WorkResult<'planning'>> {
  const { parts, project } = ground
  if (!parts.sandbox.ok) return rest('sandbox', parts.sandbox.says)
  const rates = await parts.gateway.rates()
  if ('missing' in rates) return rest('provider', rates.missing)
  const done = (await tasksOf(parts.database.sql, project.id)).filter(row => row.status !== 'open')
  const asked = await askForPlan(
    ground,
    done.map(row => row.task),
  )
  if (!asked.ok) return asked.declined === null ? asked.stopped : declined(project, asked.declined)
  const plan = asked.value
  const spending = await spentMicro(parts.database.sql, project.id)
  const history = await historyOf(parts.database.sql, rates.played)
  const quote = onTopOf(spending.spentMicro, quoteFor(plan.tasks.length, rates, history), parts.tariff)
  return outcome('planned', {
    file: {
      plan: wholePlan(project.file.plan, plan),
      quote: stored(quote, spending.spentMicro),
      change: null,
      feedback: null,
    },
    capMicro: quote.capMicro,
    events: [{ type: 'planned', tasks: plan.tasks.length, ...shown(quote) }],
    says: [
      ...(await unfetchable(parts.sandbox.value, plan)),
      texts.planned(plan.tasks.length, quote, parts.tariff),
    ],
    write: async tx => {
      await dropOpenTasks(tx, project.id)
      await addTasks(tx, project.id, plan.tasks)
    },
  })
}

/** What the person should know before the plan is approved: packages that no project of its kind can do without. */
async function unfetchable({ egress }: Workshop, { toolchain }: Plan): Promise<string[]> {
  const { dependencies, title } = toolchainCalled(toolchain)
  if (!dependencies?.always) return []
  const mirror = await egress()
  await mirror.refresh()
  const registry = mirror.registries.find(({ ecosystem }) => ecosystem === dependencies.ecosystem)
  return registry?.reachable ? [] : [texts.unfetchable(title, registry?.why ?? '')]
}

/** A wish that is declined costs nobody what was delivered before. */
function declined({ file }: Project, says: string): WorkResult<'planning'> {
  if (file.feedback === null) return outcome('declined', { says: [says] })
  return outcome('unchanged', { file: { feedback: null }, says: [says] })
}

async function askForPlan(ground: Ground, doneTasks: readonly { id: string; title: string }[]) {
  const { parts, project } = ground
  const { brief, plan, change, feedback } = project.file
  invariant(brief !== null, 'a project is planned from a brief')
  await ground.show('The Architect writes the plan')
  const workspace = await parts.workspaceOf(project.id)
  const input = {
    brief,
    toolchains: parts.sandbox.ok ? parts.sandbox.value.toolchains : [],
    ...(plan && change !== null ? { previous: plan, change } : {}),
    ...(feedback === null ? {} : { feedback }),
    doneTasks: doneTasks.map(({ id, title }) => ({ id, title })),
    files: await workspace.files(),
    secrets: await secretsOf(parts.database.sql, project.id),
  }
  return askFor(ground, planPrompt, input, { faults: found => faultsOf(found, ground, doneTasks) })
}

function faultsOf(plan: Plan, ground: Ground, done: readonly { id: string }[]): string[] {
  const { sandbox } = ground.parts
  const toolchain = sandbox.ok ? sandbox.value.toolchains.find(each => each.id === plan.toolchain) : undefined
  const missing = toolchain?.available ? [] : [unavailable(plan.toolchain, toolchain)]
  const kept = done.map(task => task.id)
  return [...missing, ...planFaults(plan, kept)]
}

function unavailable(id: string, found: FoundToolchain | undefined): string {
  const how = found === undefined ? '' : ` (${found.missing.join(', ')}; ${found.install})`
  return `the toolchain ${id} is not available on this machine${how}`
}

/** A refinement adds tasks to a plan that otherwise stays: the app keeps its name, stack and start. */
function wholePlan(before: Plan | null, plan: Plan): Plan {
  return before === null ? plan : { ...plan, slug: before.slug }
}

/** The range is for what is still to do; the cap is for everything, what is spent included, and within the limit. */
function onTopOf(spentMicro: bigint, quote: Quote, tariff: Tariff): Quote {
  const capMicro = withinLimit(spentMicro + quote.capMicro, tariff)
  const toMicro = smaller(quote.toMicro, larger(capMicro - spentMicro, 0n))
  return { ...quote, fromMicro: smaller(quote.fromMicro, toMicro), toMicro, capMicro }
}

function stored(quote: Quote, spentMicro: bigint) {
  const { fromMicro, toMicro, capMicro } = quote
  return {
    fromMicro: `${fromMicro}`,
    toMicro: `${toMicro}`,
    capMicro: `${capMicro}`,
    spentMicro: `${spentMicro}`,
  }
}

function shown(quote: Quote) {
  return {
    fromCredits: credits(quote.fromMicro),
    toCredits: credits(quote.toMicro),
    capCredits: credits(quote.capMicro),
  }
}
