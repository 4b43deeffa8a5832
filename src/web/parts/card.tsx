import clsx from 'clsx'
import { type ReactNode, useId } from 'react'

const EDGES = {
  plain: 'border-line',
  asks: 'border-accent/50 ring-4 ring-accent-soft',
  warns: 'border-warn/50 ring-4 ring-warn-soft',
  good: 'border-good/50 ring-4 ring-good-soft',
  bad: 'border-bad/50 ring-4 ring-bad-soft',
} as const

type Props = { title: string; edge?: keyof typeof EDGES; actions?: ReactNode; children: ReactNode }

/** A titled card of the conversation. Its actions stay in sight while a long card scrolls. */
export function Card({ title, edge = 'plain', actions, children }: Props) {
  const titleId = useId()
  return (
    <section aria-labelledby={titleId} className={clsx('rounded-2xl border bg-sheet', EDGES[edge])}>
      <div className="space-y-4 p-4 sm:p-5">
        <h2 id={titleId} className="text-lg leading-snug font-semibold">
          {title}
        </h2>
        {children}
      </div>
      {actions && (
        <div className="sticky bottom-0 flex flex-wrap gap-2 rounded-b-2xl border-t border-line bg-sheet px-4 py-3 sm:px-5">
          {actions}
        </div>
      )}
    </section>
  )
}
