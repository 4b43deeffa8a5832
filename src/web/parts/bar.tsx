import clsx from 'clsx'

type Props = { label: string; share: number; tone?: 'accent' | 'warn'; className?: string }

/** How much of something is done or used, from 0 to 1, with its name for a screen reader. */
export function Bar({ label, share, tone = 'accent', className }: Props) {
  const percent = Math.round(share * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={clsx('h-1.5 w-full overflow-hidden rounded-full bg-line', className)}
    >
      <div
        className={clsx(
          'h-full rounded-full transition-[width] duration-500',
          tone === 'warn' ? 'bg-warn' : 'bg-accent',
        )}
        style={{ width: `${percent}%` }}
      />
    </div>
  )
}
