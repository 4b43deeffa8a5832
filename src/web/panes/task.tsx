import { useState } from 'react'
import type { ProjectView, TaskView } from '../api.ts'
import { UndoButton } from '../cards/undo.tsx'
import type { Money } from '../money.ts'
import { Mark } from '../parts/mark.tsx'
import { TaskFacts } from '../parts/taskFacts.tsx'
import type { Say } from '../queries.ts'
import { showCount } from '../show.ts'
import { useMoney } from '../useMoney.ts'
import { isOnTask } from '../words.ts'
import { Attempts } from './attempts.tsx'

type Props = { project: ProjectView; say: Say; task: TaskView }

/** One task; open, it tells what was wanted and what was tried. */
export function TaskRow({ project, say, task }: Props) {
  const [open, setOpen] = useState(false)
  const money = useMoney()
  return (
    <details onToggle={event => event.target === event.currentTarget && setOpen(event.currentTarget.open)}>
      <summary className="flex items-center gap-3 px-4 py-3 hover:bg-sunk focus-visible:-outline-offset-2">
        <TaskMark task={task} inHand={project.task === task.id && isOnTask(project)} />
        <span className="min-w-0 flex-1">
          <span className="font-medium">
            <span className="mr-2 font-mono text-xs text-soft">{task.id}</span>
            {task.title}
          </span>
          <span className="numbers block text-xs text-soft">{tried(task, money)}</span>
        </span>
        <span className="arrow mx-1 shrink-0 text-soft" aria-hidden="true" />
      </summary>
      {open && (
        <div className="space-y-4 border-t border-line bg-paper/50 px-4 py-4">
          <TaskFacts task={task} />
          {task.commit && (
            <p className="flex flex-wrap items-center gap-2 text-sm text-soft">
              Saved as <code className="font-mono text-xs text-ink">{task.commit.slice(0, 10)}</code>
              <UndoButton project={project} say={say} task={task.id} />
            </p>
          )}
          <Attempts projectId={project.id} task={task.id} />
        </div>
      )}
    </details>
  )
}

function TaskMark({ task, inHand }: { task: TaskView; inHand: boolean }) {
  if (task.status === 'done') return <Mark kind="good" says="done" />
  if (task.status === 'skipped') return <Mark kind="skipped" says="left out" />
  return inHand ? <Mark kind="now" says="in hand" /> : <Mark kind="open" says="open" />
}

function tried({ status, attempts, spentCredits }: TaskView, money: Money): string {
  if (attempts === 0) return status === 'skipped' ? 'left out' : 'not begun'
  return `${showCount(attempts, 'attempt')}, ${money.show(spentCredits)}`
}
