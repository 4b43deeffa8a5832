import clsx from 'clsx'

const MARKS = {
  good: { sign: '✓', look: 'bg-good-soft text-good' },
  bad: { sign: '✕', look: 'bg-bad-soft text-bad' },
  open: { sign: '', look: 'border border-edge' },
  now: { sign: '', look: 'border-2 border-accent text-accent' },
  skipped: { sign: '–', look: 'bg-sunk text-soft' },
} as const

/** A small round sign with its meaning in words for a screen reader. */
export function Mark({ kind, says }: { kind: keyof typeof MARKS; says: string }) {
  const { sign, look } = MARKS[kind]
  return (
    <span
      role="img"
      aria-label={says}
      className={clsx('inline-grid size-5 shrink-0 place-items-center rounded-full text-xs font-bold', look)}
    >
      {kind === 'now' ? <span className="pulse-dot" aria-hidden="true" /> : sign}
    </span>
  )
}
