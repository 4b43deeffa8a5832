import type { SessionView } from '../api.ts'
import { AccountNotice } from '../parts/accountNotice.tsx'
import { ProviderBadge } from '../parts/badge.tsx'
import { Balance } from '../parts/balance.tsx'
import { Brand } from '../parts/brand.tsx'
import { NewProject } from './newProject.tsx'
import { ProjectList } from './projectList.tsx'

/** Where a project begins, and the way back to those there are. */
export function HomePage({ session }: { session: SessionView }) {
  return (
    <div className="mx-auto max-w-3xl px-4 pb-16 sm:px-6">
      <title>Botwright</title>
      <header className="flex flex-wrap items-center justify-between gap-3 py-4">
        <Brand />
        <Balance session={session} />
      </header>
      <AccountNotice session={session} />
      <main className="space-y-10 pt-6 sm:pt-12">
        <NewProject examples={session.examples} />
        <ProjectList />
      </main>
      <footer className="mt-14 space-y-2 border-t border-line pt-4 text-xs text-soft">
        <Models models={session.models} />
        <p>
          Sandbox: {session.sandbox.backend}
          {session.sandbox.says && <span className="text-warn">. {session.sandbox.says}</span>}
        </p>
      </footer>
    </div>
  )
}

function Models({ models }: { models: SessionView['models'] }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
      Architect <ProviderBadge provider={models.architect.provider} /> {models.architect.model}
      <span aria-hidden="true">·</span>
      Implementer <ProviderBadge provider={models.implementer.provider} /> {models.implementer.model}
    </p>
  )
}
