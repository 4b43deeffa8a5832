import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { ProjectView, SessionView } from '../http/views.ts'
import type { StoredEvent } from '../projects/event.ts'
import { answererByHand } from './ask.ts'
import type { Client, Happening } from './client.ts'
import { type Answerer, drive, yes } from './drive.ts'
import { EXIT, Refused } from './exit.ts'
import { interruptible } from './interrupt.ts'
import type { Money } from './money.ts'
import { tell } from './progress.ts'
import { type Terminal, table } from './terminal.ts'

/** The whole way once, with the rehearsal model: from a sentence to a proven ZIP. */
export type DemoOptions = { app?: string; ask: boolean }

export type Summary = {
  app: string
  tasks: number
  attempts: number
  checks: number
  commits: number
  calls: number
  credits: string
  zip: string
  ms: { setup: number; model: number; sandbox: number; overhead: number; total: number }
}

type Example = SessionView['examples'][number]
type Stand = { config: Config; clock: Clock; here: boolean; client: Client; terminal: Terminal }

/** Builds one rehearsal, or all of them, and prints a summary of each. */
export async function demo(stand: Stand, options: DemoOptions): Promise<void> {
  const { client, terminal } = stand
  const session = await client.session()
  if (session.examples.length === 0) throw new Refused(REAL_MODELS)
  const chosen = chooseApps(session.examples, options.app)
  const money = await client.money()
  const answer = options.ask ? answererByHand(terminal, money) : yes
  if (session.sandbox.says !== null) throw new Refused(session.sandbox.says, EXIT.noSandbox)
  terminal.say(greeting(session, options.ask))
  for (const { name, lacks } of session.examples)
    if (options.app === 'all' && lacks !== null) terminal.say(`${name} is left out: ${lacks}`)
  let setupMs = stand.config.setupMs
  for (const example of chosen) {
    const summary = await build(stand, example, { answer, byHand: options.ask, setupMs, money })
    setupMs = 0
    terminal.say(shown(summary, money))
    terminal.emit({ summary })
  }
}

const REAL_MODELS =
  'The running server uses real models, and a demo never does. Stop it first, or name another directory with --data-dir.'

function greeting({ models }: SessionView, asking: boolean): string {
  const { provider } = models.architect
  const who = asking ? 'You answer the questions.' : 'This demo answers its own questions.'
  return `Architect and Implementer are played by the ${provider} model: it follows a script, everything else is real. ${who}`
}

function chooseApps(examples: readonly Example[], wanted: string | undefined): readonly Example[] {
  if (wanted === 'all') return examples.filter(({ lacks }) => lacks === null)
  const found = wanted === undefined ? examples[0] : examples.find(each => each.name === wanted)
  if (found && found.lacks !== null) throw new Refused(`${found.title} cannot be built here: ${found.lacks}`)
  if (found) return [found]
  const names = [...examples.map(each => each.name), 'all'].join(', ')
  throw new Refused(`There is no rehearsal called "${wanted}". There are: ${names}.`, EXIT.usage)
}

type Way = { answer: Answerer; byHand: boolean; setupMs: number; money: Money }

async function build(
  stand: Stand,
  example: Example,
  { answer, byHand, setupMs, money }: Way,
): Promise<Summary> {
  const { client, clock, terminal } = stand
  const fromMs = clock.monotonicMs()
  const { id } = await client.create(example.description)
  const seen: StoredEvent[] = []
  const watch = (happening: Happening) => {
    if (happening.kind === 'event') seen.push(happening.event)
    tell({ terminal, money }, happening, byHand)
  }
  const project = await interruptible(stand, id, signal => drive(client, id, answer, watch, signal))
  terminal.status('')
  if (project.state !== 'completed') throw new Refused(unfinished(project))
  const zip = saveZip(stand.config.dataDir, project, await client.zip(id))
  const buildMs = Math.round(clock.monotonicMs() - fromMs)
  return summarise(stand, { example, project, seen, zip, buildMs, setupMs })
}

function unfinished(project: ProjectView): string {
  const why = project.pause?.says ?? project.decision?.says ?? `It is ${project.state}.`
  return `The project was not finished: ${why} Its id is ${project.id}; it is kept.`
}

/** Puts the ZIP into the data directory and returns its path. */
export function saveZip(dataDir: string, project: ProjectView, zip: Uint8Array): string {
  const [delivery] = project.deliveries
  const directory = join(dataDir, 'zips', project.id)
  mkdirSync(directory, { recursive: true })
  const path = join(directory, delivery?.file ?? 'app.zip')
  writeFileSync(path, zip)
  return path
}

type Built = {
  example: Example
  project: ProjectView
  seen: readonly StoredEvent[]
  zip: string
  buildMs: number
  setupMs: number
}

async function summarise({ client }: Stand, built: Built): Promise<Summary> {
  const { example, project, seen, zip, buildMs, setupMs } = built
  const calls = await client.calls(project.id)
  const attempts = await client.attempts(project.id)
  const model = calls.reduce((sum, call) => sum + (call.latencyMs ?? 0), 0)
  const sandbox = seen.reduce((sum, event) => sum + (event.type === 'sandbox' ? event.ms : 0), 0)
  const overhead = Math.max(0, buildMs - model - sandbox)
  return {
    app: example.name,
    tasks: project.tasksDone,
    attempts: attempts.length,
    checks: attempts.reduce((sum, attempt) => sum + attempt.checks.length, 0),
    commits: seen.filter(event => event.type === 'committed').length,
    calls: calls.length,
    credits: project.spentCredits,
    zip,
    ms: { setup: setupMs, model, sandbox, overhead, total: setupMs + buildMs },
  }
}

function shown(
  { app, tasks, attempts, checks, commits, calls, credits, zip, ms }: Summary,
  money: Money,
): string {
  const seconds = (value: number) => `${(value / 1000).toFixed(1)} s`
  const rows = [
    ['app', app],
    ['tasks', `${tasks} verified in ${attempts} attempts, ${checks} checks, ${commits} commits`],
    ['cost', `${money.show(credits)} for ${calls} model calls`],
    [
      'time',
      `${seconds(ms.total)}: set-up ${seconds(ms.setup)}, models ${seconds(ms.model)}, sandbox ${seconds(ms.sandbox)}, our own ${seconds(ms.overhead)}`,
    ],
    ['zip', zip],
  ]
  return `\n${table(rows)}\n`
}
