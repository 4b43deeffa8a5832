import { Brand } from '../parts/brand.tsx'

/** What somebody sees whom the server does not know yet. */
export function SignInPage() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-5 px-6 py-16">
      <Brand />
      <h1 className="text-2xl font-semibold">Open your sign-in link</h1>
      <p>
        When <code className="rounded bg-sunk px-1.5 py-0.5 font-mono text-sm">./start</code> came up, it
        printed a link. Open it once in this browser and you are in.
      </p>
      <p className="text-sm text-soft">
        A link works once. If yours was used already,{' '}
        <code className="rounded bg-sunk px-1.5 py-0.5 font-mono text-xs">./botwright link</code> prints a new
        one.
      </p>
    </main>
  )
}
