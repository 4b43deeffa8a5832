import type { AttemptView } from '../api.ts'
import { Answered } from '../parts/answered.tsx'
import { Badge } from '../parts/badge.tsx'
import { Commands } from '../parts/commands.tsx'
import { Prose } from '../parts/prose.tsx'
import { useAttempts } from '../queries.ts'
import { showTime } from '../show.ts'
import { resultWords } from '../words.ts'
import { Changes } from './changes.tsx'
import { Verdict } from './verdict.tsx'

/** What was tried for a task, the newest last. */
export function Attempts({ projectId, task }: { projectId: string; task: string }) {
  const query = useAttempts(projectId, task)
  return (
    <Answered query={query} what="attempts">
      {({ attempts }) =>
        attempts.length === 0 ? (
          <p className="text-sm text-soft">Nothing was tried for this task yet.</p>
        ) : (
          <ol aria-label={`Attempts at ${task}`} className="space-y-3">
            {attempts.map(attempt => (
              <li key={`${attempt.number} ${attempt.atMs}`}>
                <Attempt attempt={attempt} />
              </li>
            ))}
          </ol>
        )
      }
    </Answered>
  )
}

function Attempt({ attempt }: { attempt: AttemptView }) {
  const { says, tone } = resultWords(attempt.result)
  return (
    <article className="space-y-3 rounded-xl border border-line bg-sheet p-3">
      <header className="flex flex-wrap items-center gap-2">
        <h3 className="font-semibold">Attempt {attempt.number}</h3>
        <Badge tone={tone}>{says}</Badge>
        <span className="numbers ml-auto text-xs text-soft">{showTime(attempt.atMs)}</span>
      </header>
      {attempt.problem !== '' && (
        <p className="rounded-lg bg-bad-soft px-3 py-2 text-sm whitespace-pre-wrap text-bad">
          <Prose text={attempt.problem} />
        </p>
      )}
      {attempt.checks.length > 0 && (
        <Commands label={`Checks of attempt ${attempt.number}`} rows={attempt.checks} />
      )}
      {attempt.verdict && <Verdict verdict={attempt.verdict} />}
      <Changes attempt={attempt} />
    </article>
  )
}
