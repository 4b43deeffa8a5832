import clsx from 'clsx'
import type { ReactNode } from 'react'

type Props = { title: ReactNode; open?: boolean; className?: string; children: ReactNode }

/** Something that opens in place. */
export function Fold({ title, open, className, children }: Props) {
  return (
    <details open={open} className={clsx('group', className)}>
      <summary className="flex items-center gap-2.5 rounded-lg py-1 text-sm font-medium">
        <span className="arrow shrink-0" aria-hidden="true" />
        <span className="min-w-0 flex-1">{title}</span>
      </summary>
      <div className="pt-2 pl-4">{children}</div>
    </details>
  )
}
