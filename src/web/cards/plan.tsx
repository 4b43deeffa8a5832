import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Fold } from '../parts/fold.tsx'
import { PlanFacts } from '../parts/planFacts.tsx'
import { TaskFacts } from '../parts/taskFacts.tsx'
import { showCount } from '../show.ts'
import { CancelButton } from './cancel.tsx'
import { ChangeButton } from './changeButton.tsx'
import type { CardProps } from './props.ts'

/** Stack, tasks, price and cap, to be approved before any code is written. */
export function PlanCard({ project, say }: CardProps) {
  const tasks = project.taskList.filter(task => task.status === 'open')
  return (
    <Card
      title={`The plan: ${showCount(tasks.length, 'task')}`}
      edge="asks"
      actions={
        <>
          {project.allowed.includes('approve') && (
            <Button look="primary" disabled={say.busy} onClick={() => say.send({ type: 'approve' })}>
              Approve
            </Button>
          )}
          <ChangeButton project={project} say={say} />
          <CancelButton project={project} say={say} />
        </>
      }
    >
      <PlanFacts project={project} />
      <ol aria-label="Tasks of the plan" className="divide-y divide-line border-y border-line">
        {tasks.map(task => (
          <li key={task.id} className="py-1.5">
            <Fold
              title={
                <>
                  <span className="mr-2 font-mono text-xs text-soft">{task.id}</span>
                  {task.title}
                </>
              }
            >
              <TaskFacts task={task} />
            </Fold>
          </li>
        ))}
      </ol>
    </Card>
  )
}
