import { useId, useState } from 'react'
import { ConfirmButton } from '../parts/confirm.tsx'
import type { CardProps } from './props.ts'

/** Goes back to the state after a task that is done; nothing is offered where there is none. */
export function UndoMenu({ project, say }: CardProps) {
  const done = project.taskList.filter(task => task.status === 'done')
  const [chosen, setChosen] = useState<string>()
  const id = useId()
  const task = chosen ?? done.at(-1)?.id
  if (!project.allowed.includes('undo') || task === undefined) return null
  return (
    <div className="flex items-center gap-2 text-sm">
      <label htmlFor={id} className="shrink-0">
        Back to
      </label>
      <select
        id={id}
        value={task}
        onChange={event => setChosen(event.target.value)}
        className="min-h-8 max-w-64 min-w-0 flex-1 truncate rounded-xl border border-line bg-paper px-2 py-1"
      >
        {done.map(each => (
          <option key={each.id} value={each.id}>
            {each.id} {each.title}
          </option>
        ))}
      </select>
      <UndoButton project={project} say={say} task={task} />
    </div>
  )
}

/** Goes back to one task, after asking. */
export function UndoButton({ project, say, task }: CardProps & { task: string }) {
  if (!project.allowed.includes('undo')) return null
  return (
    <ConfirmButton
      label="Go back"
      name={`Go back to ${task}`}
      small
      look="quiet"
      disabled={say.busy}
      question={`Go back to ${task}?`}
      detail={`The project becomes what it was after ${task}. Later tasks are open again; nothing is lost from its history.`}
      yes={`Yes, back to ${task}`}
      onYes={() => say.send({ type: 'undo', task })}
    />
  )
}
