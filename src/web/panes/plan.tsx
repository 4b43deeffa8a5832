import type { ProjectView } from '../api.ts'
import { BriefFacts } from '../parts/briefFacts.tsx'
import { Fold } from '../parts/fold.tsx'
import { Empty } from '../parts/notice.tsx'
import { PlanFacts } from '../parts/planFacts.tsx'
import type { Say } from '../queries.ts'
import { isEnded } from '../words.ts'
import { Secrets } from './secrets.tsx'
import { TaskRow } from './task.tsx'

/** Brief, plan and every task with what was tried for it. */
export function PlanPane({ project, say }: { project: ProjectView; say: Say }) {
  const { brief, taskList } = project
  if (brief === null && taskList.length === 0) {
    return isEnded(project.state) ? (
      <Empty title="There is no plan">This project ended before one was written.</Empty>
    ) : (
      <>
        <Empty title="No plan yet">Brief, plan and tasks appear here as soon as they are written.</Empty>
        <SecretsSection project={project} />
      </>
    )
  }
  return (
    <div className="space-y-5">
      {taskList.length > 0 && (
        <ol
          aria-label="Tasks"
          className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-sheet"
        >
          {taskList.map(task => (
            <li key={task.id}>
              <TaskRow project={project} say={say} task={task} />
            </li>
          ))}
        </ol>
      )}
      {project.plan && (
        <Section title="The plan">
          <PlanFacts project={project} />
        </Section>
      )}
      {brief && (
        <Section
          title={`The brief: ${brief.title}`}
          open={taskList.length === 0 && project.state !== 'confirming'}
        >
          <BriefFacts brief={brief} />
        </Section>
      )}
      <SecretsSection project={project} />
    </div>
  )
}

function SecretsSection({ project }: { project: ProjectView }) {
  return (
    <Section title="Secrets">
      <Secrets id={project.id} />
    </Section>
  )
}

function Section({ title, open, children }: { title: string; open?: boolean; children: React.ReactNode }) {
  return (
    <Fold title={title} open={open} className="rounded-2xl border border-line bg-sheet px-4 py-2.5">
      <div className="pb-2">{children}</div>
    </Fold>
  )
}
