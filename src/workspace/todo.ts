import { done, type Result, refuse } from '../failure.ts'

export type TodoTask = { id: string; title: string; done: boolean; skipped?: boolean }

/**
 * TODO.md: a heading, then one line a task: `- [ ] **T1** Title`, `- [x] **T1** Title`,
 * `- [ ] **T1** ~~Title~~ (skipped)`. Line breaks in titles become spaces.
 */
export function renderTodo(title: string, tasks: readonly TodoTask[]): string {
  return `# ${oneLine(title)}\n\n${tasks.map(task => `${lineOf(task)}\n`).join('')}`
}

/** The tasks of a TODO.md in their order; other lines are passed over. */
export function parseTodo(text: string): { id: string; done: boolean }[] {
  return Array.from(text.matchAll(TASK_LINE), match => ({
    id: match.groups?.id ?? '',
    done: match.groups?.mark?.toLowerCase() === 'x',
  }))
}

/**
 * The text with this task ticked and every other character unchanged; ticking twice is ticking once.
 * @returns a refusal when no task, or more than one, has this id
 */
export function tick(text: string, id: string): Result<string, 'unknown-task' | 'ambiguous-task'> {
  const matches = [...text.matchAll(TASK_LINE)].filter(match => match.groups?.id === id)
  const [match] = matches
  if (match === undefined) return refuse('unknown-task', `TODO.md has no task ${id}.`)
  if (matches.length > 1)
    return refuse('ambiguous-task', `TODO.md has ${matches.length} tasks named ${id}; rename one.`)
  const at = match.index + '- ['.length
  return done(`${text.slice(0, at)}x${text.slice(at + 1)}`)
}

const TASK_LINE = /^- \[(?<mark>[ xX])\] \*\*(?<id>[^*\s]+)\*\*(?=\s|$)/gm

function lineOf(task: TodoTask): string {
  const title = oneLine(task.title)
  return `- [${task.done ? 'x' : ' '}] **${task.id}** ${task.skipped ? `~~${title}~~ (skipped)` : title}`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
