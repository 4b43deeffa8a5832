import type { AttemptView, ProjectView, TaskView } from '../api.ts'
import { Answered } from '../parts/answered.tsx'
import { Badge } from '../parts/badge.tsx'
import { Commands } from '../parts/commands.tsx'
import { Empty } from '../parts/notice.tsx'
import { useAttempts } from '../queries.ts'
import { isEnded, resultWords } from '../words.ts'
import { Verdict } from './verdict.tsx'

/** The checks and the verdict of each task so far, and what is still to come before there is a proof. */
export function OnTheWay({ project }: { project: ProjectView }) {
  const query = useAttempts(project.id)
  const proven = project.deliveries.length > 0
  const ended = isEnded(project.state)
  return (
    <Answered query={query} what="evidence">
      {({ attempts }) => {
        const checked = lastChecked(project.taskList, attempts)
        if (checked.length === 0) return proven ? null : <Nothing ended={ended} />
        return (
          <>
            {!proven && <p className="text-sm text-soft">{ended ? UNPROVEN : TO_COME}</p>}
            {checked.map(each => (
              <TaskEvidence key={each.task.id} {...each} />
            ))}
          </>
        )
      }}
    </Answered>
  )
}

const TO_COME =
  'What was checked so far. The proof comes at the end: the ZIP unpacked in a clean room, installed, tested and started.'
const UNPROVEN = 'There is no proof: this project ended before its ZIP was proven. This is what was checked.'

type Checked = { task: TaskView; attempt: AttemptView }

/** The newest attempt at each task that was checked. */
function lastChecked(tasks: readonly TaskView[], attempts: readonly AttemptView[]): Checked[] {
  return tasks.flatMap(task => {
    const attempt = attempts.findLast(each => each.task === task.id && each.checks.length > 0)
    return attempt ? [{ task, attempt }] : []
  })
}

function Nothing({ ended }: { ended: boolean }) {
  return ended ? (
    <Empty title="There is no evidence">This project ended before anything was checked.</Empty>
  ) : (
    <Empty title="No evidence yet">
      The checks and the review of each task appear here as they are done, and at the end the proof: the ZIP
      unpacked in a clean room, installed, tested and started.
    </Empty>
  )
}

function TaskEvidence({ task, attempt }: Checked) {
  const { says, tone } = resultWords(attempt.result)
  return (
    <section aria-label={`Checks of ${task.id}`} className="space-y-3">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">
          <span className="mr-2 font-mono text-xs text-soft">{task.id}</span>
          {task.title}
        </h2>
        <Badge tone={tone}>{says}</Badge>
        <span className="text-xs text-soft">attempt {attempt.number}</span>
      </header>
      <Commands label={`Checks of attempt ${attempt.number} at ${task.id}`} rows={attempt.checks} />
      {attempt.verdict && <Verdict verdict={attempt.verdict} />}
    </section>
  )
}
