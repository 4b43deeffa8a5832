import type { ReactNode } from 'react'
import { isMissing, saysOf } from '../api.ts'
import { Button, buttonClass } from './button.tsx'

/** What stands where something is not there: on its way, empty, or failed. */

export function Loading({ what }: { what: string }) {
  return (
    <div role="status" className="flex items-center justify-center gap-3 p-10 text-soft">
      <span className="pulse-dot" aria-hidden="true" />
      Loading {what} …
    </div>
  )
}

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto max-w-sm px-6 py-14 text-center">
      <p className="font-medium">{title}</p>
      <p className="mt-1 text-sm text-soft">{children}</p>
    </div>
  )
}

export function Failed({ error, onRetry }: { error: unknown; onRetry: () => unknown }) {
  const missing = isMissing(error)
  return (
    <div role="alert" className="mx-auto max-w-md px-6 py-14 text-center">
      <p className="font-medium">{missing ? 'There is nothing here' : 'That did not work'}</p>
      <p className="mt-1 mb-4 text-sm text-soft">{saysOf(error)}</p>
      <div className="flex flex-wrap justify-center gap-2">
        {!missing && <Button onClick={() => void onRetry()}>Try again</Button>}
        <a href="/" className={buttonClass(missing ? 'quiet' : 'bare')}>
          All projects
        </a>
      </div>
    </div>
  )
}

/** One sentence about what the person just tried. */
export function Refused({ error }: { error: unknown }) {
  if (!error) return null
  return (
    <p role="alert" className="rounded-xl bg-bad-soft px-3 py-2 text-sm text-bad">
      {saysOf(error)}
    </p>
  )
}
