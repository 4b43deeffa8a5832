import { Route, Switch } from 'wouter'
import { isSignIn } from './api.ts'
import { HomePage } from './pages/home.tsx'
import { NotFoundPage } from './pages/notFound.tsx'
import { ProjectPage } from './pages/project.tsx'
import { SignInPage } from './pages/signIn.tsx'
import { Failed, Loading } from './parts/notice.tsx'
import { useSession } from './queries.ts'

/** The whole page: nobody sees more than the sign-in page before the server knows them. */
export function App() {
  const session = useSession()
  if (isSignIn(session.error)) return <SignInPage />
  if (session.data === undefined && session.error)
    return <Failed error={session.error} onRetry={session.refetch} />
  if (session.data === undefined) return <Loading what="Botwright" />
  return (
    <Switch>
      <Route path="/">
        <HomePage session={session.data} />
      </Route>
      <Route path="/p/:id/:tab?">{({ id, tab }) => <ProjectPage key={id} id={id} tab={tab} />}</Route>
      <Route>
        <NotFoundPage />
      </Route>
    </Switch>
  )
}
