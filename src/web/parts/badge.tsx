import clsx from 'clsx'
import type { ReactNode } from 'react'
import type { Tone } from '../words.ts'

const TONES: Readonly<Record<Tone, string>> = {
  works: 'bg-accent-soft text-accent',
  waits: 'bg-warn-soft text-warn',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  quiet: 'bg-sunk text-soft',
}

export function Badge({
  tone = 'quiet',
  pulse = false,
  children,
}: {
  tone?: Tone
  pulse?: boolean
  children: ReactNode
}) {
  return (
    <span
      className={clsx(
        'inline-flex w-fit items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {pulse && <span className="pulse-dot" aria-hidden="true" />}
      {children}
    </span>
  )
}

/** Who really answers, wherever a model is shown. */
export function ProviderBadge({ provider }: { provider: string }) {
  return (
    <span
      title={`Answers come from the provider “${provider}”`}
      className="inline-flex w-fit items-center rounded-md border border-edge px-1.5 py-px font-mono text-xs text-soft"
    >
      {provider}
    </span>
  )
}
