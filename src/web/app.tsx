import { useMemo } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { isSignIn, type SessionView } from './api.ts'
import { moneyOf } from './money.ts'
import { CreditsPage } from './pages/credits.tsx'
import { HomePage } from './pages/home.tsx'
import { NotFoundPage } from './pages/notFound.tsx'
import { ProjectPage } from './pages/project.tsx'
import { SignInPage } from './pages/signIn.tsx'
import { Failed, Loading } from './parts/notice.tsx'
import { useSession } from './queries.ts'
import { MoneyContext } from './useMoney.ts'

/** The whole page: nobody sees more than the sign-in page before the server knows them. */
export function App() {
  const session = useSession()
  if (isSignIn(session.error)) return <SignInPage />
  if (session.data === undefined && session.error)
    return <Failed error={session.error} onRetry={session.refetch} />
  if (session.data === undefined) return <Loading what="Botwright" />
  return <Pages session={session.data} />
}

function Pages({ session }: { session: SessionView }) {
  const { shows, creditUsd } = session.billing
  const money = useMemo(() => moneyOf({ shows, creditUsd }), [shows, creditUsd])
  return (
    <MoneyContext value={money}>
      <Switch>
        <Route path="/">
          <HomePage session={session} />
        </Route>
        <Route path="/credits">
          {money.sells ? <CreditsPage session={session} /> : <Redirect to="/" replace />}
        </Route>
        <Route path="/p/:id/:tab?">{({ id, tab }) => <ProjectPage key={id} id={id} tab={tab} />}</Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </MoneyContext>
  )
}
