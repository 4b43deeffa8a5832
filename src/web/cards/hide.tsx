import { Button } from '../parts/button.tsx'
import type { CardProps } from './props.ts'

/** Takes an ended project out of the list, or back into it; it is kept either way. */
export function HideButton({ project, say }: CardProps) {
  const type = project.hidden ? 'unhide' : 'hide'
  if (!project.allowed.includes(type)) return null
  return (
    <Button
      look="bare"
      aria-label={project.hidden ? 'Show in the list again' : 'Hide from the list'}
      disabled={say.busy}
      onClick={() => say.send({ type })}
    >
      {project.hidden ? 'Show in the list' : 'Hide'}
    </Button>
  )
}
