import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Config } from '../config.ts'
import type { AttemptView, ProjectView, SummaryView } from '../http/views.ts'
import { answererByHand } from './ask.ts'
import { checkLines } from './checkLines.ts'
import type { Client, Reading } from './client.ts'
import { saveZip } from './demo.ts'
import { type Answerer, drive, isOver, yes } from './drive.ts'
import { Refused } from './exit.ts'
import { interruptible } from './interrupt.ts'
import type { Money } from './money.ts'
import { picturesSaved, tell } from './progress.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { config: Config; here: boolean; client: Client; terminal: Terminal }

/** Creates a project and follows it: with `yes` to its end, else as far as the person answers. */
export async function newProject(stand: Stand, description: string, always: boolean): Promise<void> {
  const { client, terminal } = stand
  const money = await client.money()
  const byHand = !always && !terminal.json && process.stdin.isTTY === true
  const unasked = always ? yes : NOBODY
  const answer = byHand ? answererByHand(terminal, money) : unasked
  const { id } = await client.create(description)
  terminal.say(`Project ${id}`)
  const project = await interruptible(stand, id, signal =>
    drive(client, id, answer, happening => tell({ terminal, money }, happening, byHand), signal),
  )
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
const NOBODY: Answerer = async () => null

/** In one line, what was interrupted and waits for a start; nothing where all is done. */
export async function tellLeftOver({ client, terminal }: Stand, but: readonly string[]): Promise<void> {
  const left = (await client.projects()).filter(each => !but.includes(each.id) && isUnderWay(each)).length
  if (left > 0)
    terminal.say(
      `${left} ${left === 1 ? 'project is' : 'projects are'} unfinished; ./start goes on with ${left === 1 ? 'it' : 'them'}.`,
    )
}

function isUnderWay(project: SummaryView): boolean {
  return !project.waits && !isOver(project)
}

export async function listProjects({ client, terminal }: Stand): Promise<void> {
  const projects = await client.projects()
  terminal.emit({ projects })
  if (projects.length === 0)
    return terminal.say('No project yet. Begin with: ./botwright new "what it should do"')
  const money = await client.money()
  const rows = projects.map(each => [
    each.id,
    each.title,
    each.paused ? `${each.state} (paused)` : each.state,
    `${each.tasksDone}/${each.tasks}`,
    money.bare(each.spentCredits),
  ])
  terminal.say(table([['id', 'title', 'state', 'tasks', money.unit.trim() || 'cost'], ...rows]))
}

export async function showStatus({ client, terminal }: Stand, id: string): Promise<void> {
  const project = await client.project(id)
  const attempts = await client.attempts(id)
  terminal.emit({ project })
  terminal.say(statusText(project, attempts, await client.money()))
}

function statusText(project: ProjectView, attempts: readonly AttemptView[], { bare, unit }: Money): string {
  const { title, state, pause, decision, tasksDone, tasks, spentCredits, capCredits, allowed, taskList } =
    project
  const pictures = project.deliveries[0]?.pictures.length ?? 0
  return [
    table([
      ['title', title],
      ['state', pause ? `${state}, paused: ${pause.says}` : state],
      ...(decision ? [['decision', decision.says]] : []),
      ['tasks', `${tasksDone} of ${tasks}`],
      ['cost', `${bare(spentCredits)} of at most ${bare(capCredits)}${unit}`],
      ['takes', allowed.join(', ') || 'nothing'],
      ...(pictures > 0 ? [['seen', picturesSaved(project.id, pictures)]] : []),
    ]),
    ...taskList.flatMap(task => [
      `  [${task.status === 'done' ? 'x' : ' '}] ${task.id} ${task.title}`,
      ...checkLines(task.id, attempts),
    ]),
  ].join('\n')
}

export async function tellEvents(stand: Stand, id: string, follow: boolean): Promise<void> {
  if (!follow) return tellOn(stand, id, { follow })
  await interruptible(stand, id, signal => tellOn(stand, id, { follow, signal }))
}

async function tellOn({ client, terminal }: Stand, id: string, reading: Reading): Promise<void> {
  const money = await client.money()
  for await (const happening of client.events(id, reading)) {
    if (happening.kind === 'activity') continue
    terminal.emit(happening.event)
    const { seq, atMs, type, projectId: _, ...data } = happening.event
    terminal.say(`${seq}  ${new Date(atMs).toISOString()}  ${type}  ${JSON.stringify(money.inside(data))}`)
    if (reading.follow && type === 'ended') return
  }
}

/** `pictures` is a folder for those of the delivery. */
export type DownloadOptions = { out?: string; pictures?: string }

export async function downloadZip(
  { config, client, terminal }: Stand,
  id: string,
  { out, pictures }: DownloadOptions,
): Promise<void> {
  const project = await client.project(id)
  const zip = await client.zip(id)
  const path = out ?? saveZip(config.dataDir, project, zip)
  if (out !== undefined) writeFileSync(out, zip)
  const saved = pictures === undefined ? [] : await savePictures(client, project, pictures)
  terminal.emit({ zip: path, bytes: zip.byteLength, ...(pictures === undefined ? {} : { pictures: saved }) })
  for (const each of [path, ...saved]) terminal.say(each)
  if (pictures !== undefined && saved.length === 0)
    terminal.say('There are no pictures of this delivery: PROOF.md says what was served, and why.')
}

/** Writes the pictures of the last delivery into a folder and returns their paths. */
async function savePictures(client: Client, project: ProjectView, folder: string): Promise<string[]> {
  const [delivery] = project.deliveries
  mkdirSync(folder, { recursive: true })
  const paths: string[] = []
  for (const { name } of delivery?.pictures ?? []) {
    const path = join(folder, basename(name))
    writeFileSync(path, await client.picture(project.id, delivery?.number ?? 0, name))
    paths.push(path)
  }
  return paths
}
