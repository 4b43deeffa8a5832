import { COMPOSER_ID } from '../panes/composer.tsx'
import { Button } from '../parts/button.tsx'
import type { CardProps } from './props.ts'

/** Leads to the line where the person says what should be different. */
export function ChangeButton({ project, say }: CardProps) {
  if (!project.allowed.includes('change')) return null
  return (
    <Button disabled={say.busy} onClick={() => document.getElementById(COMPOSER_ID)?.focus()}>
      Change
    </Button>
  )
}
