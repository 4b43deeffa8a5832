import { renderTodo } from '../workspace/todo.ts'
import type { Project, TaskRow } from './project.ts'

/** What a project writes into its repository beside code. */

export const TODO_PATH = 'TODO.md'

/** The step that a commit carries: after a crash it is found again instead of being made twice. */
export function stepOf(project: Pick<Project, 'id' | 'step'>): string {
  return `${project.id}:${project.step}`
}

/** TODO.md as the tasks stand; `doneNow` is being committed together with it. */
export function todoText(project: Project, rows: readonly TaskRow[], doneNow?: string): string {
  return renderTodo(
    project.file.brief?.title ?? project.description,
    rows.map(({ id, task, status }) => ({
      id,
      title: task.title,
      done: status === 'done' || id === doneNow,
      skipped: status === 'skipped',
    })),
  )
}
