import { Link } from 'wouter'
import type { ProjectView } from '../api.ts'
import { CancelButton } from '../cards/cancel.tsx'
import type { Live } from '../live.ts'
import { AccountNotice } from '../parts/accountNotice.tsx'
import { ProviderBadge } from '../parts/badge.tsx'
import { Left } from '../parts/balance.tsx'
import { Button } from '../parts/button.tsx'
import { SpentMeter } from '../parts/spentMeter.tsx'
import { StateBadge } from '../parts/stateBadge.tsx'
import { TaskMeter } from '../parts/taskMeter.tsx'
import { type Say, useSession } from '../queries.ts'
import { isEnded, stateWords } from '../words.ts'

type Props = { project: ProjectView; live: Live; say: Say }

/** Always in sight: what it is, where it stands, what is going on, what it cost so far. */
export function ProjectHeader({ project, live, say }: Props) {
  const session = useSession()
  const works = stateWords(project).tone === 'works'
  const now = works ? live.activity : null
  // What goes on is told at once, the project a moment later: both lines speak of the same state.
  const stands = { state: now?.state ?? project.state, paused: project.paused }
  return (
    <header className="shrink-0 space-y-2.5 border-b border-line bg-sheet px-4 py-3 lg:px-6">
      <div className="flex items-center gap-2">
        <Link
          href="/"
          aria-label="All projects"
          className="-ml-2 grid size-9 shrink-0 place-items-center rounded-xl text-2xl leading-none text-soft hover:bg-sunk hover:text-ink"
        >
          ‹
        </Link>
        <h1 className="min-w-0 flex-1 truncate text-lg font-semibold">{project.title}</h1>
        {project.allowed.includes('pause') && (
          <Button small disabled={say.busy} onClick={() => say.send({ type: 'pause' })}>
            Pause
          </Button>
        )}
        <CancelButton project={project} say={say} name="Cancel project" small />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <StateBadge project={stands} />
        {project.providers.map(provider => (
          <ProviderBadge key={provider} provider={provider} />
        ))}
        <p role="status" className="line-clamp-2 min-w-0 flex-1 basis-40 text-sm text-soft empty:basis-0">
          {live.connection === 'lost' ? (
            <span className="text-warn">Connection lost, reconnecting …</span>
          ) : (
            now?.says
          )}
        </p>
        {session.data && <Left session={session.data} />}
      </div>
      <div className="flex gap-5">
        <TaskMeter
          tasksDone={now?.tasksDone ?? project.tasksDone}
          tasks={now?.tasks ?? project.tasks}
          ended={isEnded(project.state)}
        />
        <SpentMeter amounts={now ?? project} ended={isEnded(project.state)} />
      </div>
      {session.data && tellsAccount(project) && <AccountNotice session={session.data} />}
    </header>
  )
}

/** What ended needs nothing more, and the card of a project without credits says it better. */
function tellsAccount({ state, pause }: ProjectView): boolean {
  return !isEnded(state) && pause?.reason !== 'credits'
}
