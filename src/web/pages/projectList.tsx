import clsx from 'clsx'
import { useState } from 'react'
import { Link } from 'wouter'
import type { SummaryView } from '../api.ts'
import { share } from '../credits.ts'
import { Answered } from '../parts/answered.tsx'
import { Bar } from '../parts/bar.tsx'
import { Button } from '../parts/button.tsx'
import { Empty, Refused } from '../parts/notice.tsx'
import { StateBadge } from '../parts/stateBadge.tsx'
import { useProjects } from '../queries.ts'
import { showTime } from '../show.ts'
import { useMoney } from '../useMoney.ts'

/** Every project of this person, the one that moved last first. */
export function ProjectList() {
  const query = useProjects()
  return (
    <section aria-labelledby="projects">
      <h2 id="projects" className="mb-3 text-sm font-semibold text-soft">
        Your projects
      </h2>
      {query.data && <Refused error={query.error} />}
      <Answered query={query} what="projects">
        {({ projects }) => <Shown projects={projects} />}
      </Answered>
    </section>
  )
}

function Shown({ projects }: { projects: readonly SummaryView[] }) {
  const [all, setAll] = useState(false)
  const hidden = projects.filter(project => project.hidden).length
  const shown = projects.filter(project => all || !project.hidden)
  return (
    <>
      {shown.length === 0 ? (
        <Empty title={hidden > 0 ? 'Every project is hidden' : 'No projects yet'}>
          Describe one above, or try an example.
        </Empty>
      ) : (
        <ul className="grid gap-3 sm:grid-cols-2">
          {shown
            .toSorted((one, other) => other.updatedAtMs - one.updatedAtMs)
            .map(project => (
              <li key={project.id}>
                <ProjectTile project={project} />
              </li>
            ))}
        </ul>
      )}
      {hidden > 0 && (
        <Button small look="bare" className="mt-3" aria-pressed={all} onClick={() => setAll(!all)}>
          {all ? 'Leave hidden ones out' : `Show hidden (${hidden})`}
        </Button>
      )}
    </>
  )
}

function ProjectTile({ project }: { project: SummaryView }) {
  const money = useMoney()
  return (
    <Link
      href={`/p/${project.id}`}
      className={clsx(
        'flex h-full flex-col gap-3 rounded-2xl border border-line bg-sheet p-4 transition hover:border-edge hover:shadow-sm',
        project.hidden && 'border-dashed',
      )}
    >
      <span className="flex items-start justify-between gap-3">
        <span className="line-clamp-2 min-w-0 font-medium wrap-anywhere">{project.title}</span>
        <StateBadge project={project} />
      </span>
      <span className="mt-auto">
        <Bar label="Tasks done" share={share(project.tasksDone, project.tasks)} />
        <span className="numbers mt-2 flex justify-between text-xs text-soft">
          <span>
            {project.tasks === 0
              ? showTime(project.updatedAtMs)
              : `${project.tasksDone} of ${project.tasks} tasks`}
          </span>
          <span>{money.show(project.spentCredits)}</span>
        </span>
      </span>
    </Link>
  )
}
