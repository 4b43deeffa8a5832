import { ConfirmButton } from '../parts/confirm.tsx'
import type { CardProps } from './props.ts'

type Props = CardProps & { label?: string; name?: string; small?: boolean }

/** Ends the project for good, after asking; nothing where the project can no longer be cancelled. */
export function CancelButton({ project, say, label = 'Cancel', name, small }: Props) {
  if (!project.allowed.includes('cancel')) return null
  return (
    <ConfirmButton
      label={label}
      name={name}
      look="bare"
      small={small}
      disabled={say.busy}
      question="Cancel this project?"
      detail="Work stops at once and what was set aside comes back. What is there stays readable, but it cannot go on."
      yes="Yes, cancel it"
      onYes={() => say.send({ type: 'cancel' })}
    />
  )
}
