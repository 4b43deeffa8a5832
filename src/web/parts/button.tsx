import clsx from 'clsx'
import type { ComponentProps } from 'react'

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:brightness-110 border-transparent shadow-xs',
  quiet: 'bg-sheet text-ink border-line hover:border-edge',
  bare: 'border-transparent text-soft hover:text-ink hover:bg-sunk',
  danger: 'bg-sheet text-bad border-line hover:border-bad',
} as const
export type Look = keyof typeof LOOKS

const SHAPE =
  'inline-flex min-h-10 shrink-0 items-center justify-center gap-2 rounded-xl border px-4 py-2 font-medium whitespace-nowrap transition ' +
  'disabled:opacity-50 disabled:hover:brightness-100'

/** The classes of a button, for links that look like one. */
export function buttonClass(look: Look, small = false): string {
  return clsx(SHAPE, LOOKS[look], small && 'min-h-8! px-2.5! py-1! text-sm')
}

type Props = ComponentProps<'button'> & { look?: Look; small?: boolean }

export function Button({ look = 'quiet', small = false, className, type = 'button', ...rest }: Props) {
  return <button type={type} className={clsx(buttonClass(look, small), className)} {...rest} />
}
