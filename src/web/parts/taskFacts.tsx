import type { TaskView } from '../api.ts'
import { Lines } from './lines.tsx'
import { Prose } from './prose.tsx'

/** What must be true when a task is done, and what it touches. */
export function TaskFacts({ task }: { task: TaskView }) {
  return (
    <div className="space-y-3 text-sm">
      <p className="whitespace-pre-line text-soft">
        <Prose text={task.detail} />
      </p>
      <Lines title="Done when" lines={task.criteria.map(each => each.text)} sign="✓" />
      <p className="text-soft">
        Files <span className="font-mono text-xs text-ink">{task.files.join(', ')}</span>
        {task.dependsOn.length > 0 && <> · after {task.dependsOn.join(', ')}</>}
      </p>
    </div>
  )
}
