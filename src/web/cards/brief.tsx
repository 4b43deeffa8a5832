import { BriefFacts } from '../parts/briefFacts.tsx'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { CancelButton } from './cancel.tsx'
import { ChangeButton } from './changeButton.tsx'
import type { CardProps } from './props.ts'

/** The scope on one screen, to be confirmed before there is a plan. */
export function BriefCard({ project, say }: CardProps) {
  if (project.brief === null) return null
  return (
    <Card
      title={`The brief: ${project.brief.title}`}
      edge="asks"
      actions={
        <>
          {project.allowed.includes('build') && (
            <Button look="primary" disabled={say.busy} onClick={() => say.send({ type: 'build' })}>
              Build
            </Button>
          )}
          <ChangeButton project={project} say={say} />
          <CancelButton project={project} say={say} />
        </>
      }
    >
      <BriefFacts brief={project.brief} />
    </Card>
  )
}
