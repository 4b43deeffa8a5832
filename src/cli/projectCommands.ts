import { writeFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import type { ProjectView } from '../http/views.ts'
import { answererByHand } from './ask.ts'
import type { Client } from './client.ts'
import { saveZip } from './demo.ts'
import { drive, yes } from './drive.ts'
import { Refused } from './exit.ts'
import { short, tell } from './progress.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { config: Config; client: Client; terminal: Terminal }

/** Creates a project and follows it: with `yes` to its end, else as far as the person answers. */
export async function newProject(
  { client, terminal }: Stand,
  description: string,
  always: boolean,
): Promise<void> {
  const answer = always ? yes : answererFor(terminal)
  const { id } = await client.create(description)
  terminal.say(`Project ${id}`)
  const project = await drive(client, id, answer, happening => tell(terminal, happening))
  terminal.status('')
  terminal.emit({ project })
  const stopped = project.pause?.says ?? (project.state === 'failed' ? 'It cannot be built here.' : undefined)
  if (stopped !== undefined) throw new Refused(`Project ${id}: ${stopped}`)
  terminal.say(nextStep(project))
}

function nextStep({ id, state, decision }: ProjectView): string {
  if (state === 'completed') return `Save the ZIP with: ./botwright download ${id}`
  if (decision) return decision.says
  return `It waits for you (${state}). Answer on the page of ./start, or see: ./botwright status ${id}`
}

/** Without a terminal to ask in, a project is left where it first needs an answer. */
function answererFor(terminal: Terminal) {
  return !terminal.json && process.stdin.isTTY === true ? answererByHand() : async () => null
}

export async function listProjects({ client, terminal }: Stand): Promise<void> {
  const projects = await client.projects()
  terminal.emit({ projects })
  if (projects.length === 0)
    return terminal.say('No project yet. Begin with: ./botwright new "what it should do"')
  const rows = projects.map(each => [
    each.id,
    each.title,
    each.paused ? `${each.state} (paused)` : each.state,
    `${each.tasksDone}/${each.tasks}`,
    short(each.spentCredits),
  ])
  terminal.say(table([['id', 'title', 'state', 'tasks', 'credits'], ...rows]))
}

export async function showStatus({ client, terminal }: Stand, id: string): Promise<void> {
  const project = await client.project(id)
  terminal.emit({ project })
  terminal.say(statusText(project))
}

function statusText(project: ProjectView): string {
  const { title, state, pause, decision, tasksDone, tasks, spentCredits, capCredits, allowed, taskList } =
    project
  return [
    table([
      ['title', title],
      ['state', pause ? `${state}, paused: ${pause.says}` : state],
      ...(decision ? [['decision', decision.says]] : []),
      ['tasks', `${tasksDone} of ${tasks}`],
      ['credits', `${short(spentCredits)} of at most ${short(capCredits)}`],
      ['takes', allowed.join(', ') || 'nothing'],
    ]),
    ...taskList.map(task => `  [${task.status === 'done' ? 'x' : ' '}] ${task.id} ${task.title}`),
  ].join('\n')
}

export async function tellEvents({ client, terminal }: Stand, id: string, follow: boolean): Promise<void> {
  for await (const happening of client.events(id, { follow })) {
    if (happening.kind === 'activity') continue
    terminal.emit(happening.event)
    const { seq, atMs, type, projectId: _, ...data } = happening.event
    terminal.say(`${seq}  ${new Date(atMs).toISOString()}  ${type}  ${JSON.stringify(data)}`)
    if (follow && type === 'ended') return
  }
}

export async function downloadZip(
  { config, client, terminal }: Stand,
  id: string,
  out?: string,
): Promise<void> {
  const project = await client.project(id)
  const zip = await client.zip(id)
  const path = out ?? saveZip(config.dataDir, project, zip)
  if (out !== undefined) writeFileSync(out, zip)
  terminal.emit({ zip: path, bytes: zip.byteLength })
  terminal.say(path)
}
