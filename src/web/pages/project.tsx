import clsx from 'clsx'
import { type ComponentType, useEffect, useRef } from 'react'
import type { ProjectView } from '../api.ts'
import { type Live, useLive } from '../live.ts'
import { ConversationPane } from '../panes/conversation.tsx'
import { CostsPane } from '../panes/costs.tsx'
import { EvidencePane } from '../panes/evidence.tsx'
import { FilesPane } from '../panes/files.tsx'
import { PlanPane } from '../panes/plan.tsx'
import { Answered } from '../parts/answered.tsx'
import { type Say, useProject, useSay } from '../queries.ts'
import { useWide } from '../wide.ts'
import { ProjectHeader } from './projectHeader.tsx'
import { ProjectTabs, TABS, type Tab, tabOf } from './projectTabs.tsx'

/** One project: the conversation and, beside it or behind tabs, everything there is to know. */
export function ProjectPage({ id, tab }: { id: string; tab: string | undefined }) {
  return (
    <Answered query={useProject(id)} what="the project">
      {project => <Project project={project} tab={tab} />}
    </Answered>
  )
}

type Props = { project: ProjectView; live: Live; say: Say }

const PANES: Readonly<Record<Exclude<Tab, 'chat'>, ComponentType<Props>>> = {
  plan: ({ project, say }) => <PlanPane project={project} say={say} />,
  files: ({ project }) => <FilesPane project={project} />,
  evidence: ({ project }) => <EvidencePane project={project} />,
  costs: ({ project }) => <CostsPane project={project} />,
}

/** What was refused belongs to the moment: the next thing that happens takes it off the screen. */
function useForgetting({ forget }: Say, { events }: Live) {
  const newest = events.at(-1)?.seq
  const last = useRef(forget)
  last.current = forget
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new event is what calls for it
  useEffect(() => last.current(), [newest])
}

function Project({ project, tab }: { project: ProjectView; tab: string | undefined }) {
  const live = useLive(project.id)
  const say = useSay(project.id)
  useForgetting(say, live)
  const wide = useWide()
  const chosen = tabOf(tab)
  const shown = wide && chosen === 'chat' ? 'plan' : chosen
  const Pane = shown === 'chat' ? null : PANES[shown]
  return (
    <main className="flex h-dvh flex-col">
      <title>{`${project.title} · Botwright`}</title>
      <ProjectHeader project={project} live={live} say={say} />
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        {(wide || shown === 'chat') && (
          <div className="flex min-h-0 min-w-0 flex-1 flex-col lg:max-w-[36rem] lg:basis-2/5 lg:border-r lg:border-line">
            <ConversationPane project={project} live={live} say={say} />
          </div>
        )}
        <div
          className={clsx('flex min-h-0 min-w-0 flex-col-reverse lg:flex-1 lg:flex-col', Pane && 'flex-1')}
        >
          <ProjectTabs id={project.id} shown={shown} wide={wide} waits={project.waits} />
          {Pane && (
            <section aria-label={TABS[shown]} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
              <div className="mx-auto max-w-4xl p-4 lg:p-6">
                <Pane project={project} live={live} say={say} />
              </div>
            </section>
          )}
        </div>
      </div>
    </main>
  )
}
