import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Packages } from '../parts/packages.tsx'
import { Prose } from '../parts/prose.tsx'
import { useMoney } from '../useMoney.ts'
import { CancelButton } from './cancel.tsx'
import type { CardProps } from './props.ts'

const TITLES: Readonly<Record<string, string>> = {
  user: 'Paused by you',
  credits: 'Paused: too few credits',
  account: 'Paused: this account is locked',
  limit: 'Paused: today’s limit is reached',
  provider: 'Paused: the model provider does not answer',
  registry: 'Paused: packages cannot be fetched',
  sandbox: 'Paused: the sandbox is not available',
  trouble: 'Paused: something went wrong here',
}

/** Why everything rests, and how it goes on. */
export function PausedCard({ project, say }: CardProps) {
  const money = useMoney()
  if (project.pause === null) return null
  return (
    <Card
      title={TITLES[project.pause.reason] ?? 'Paused'}
      edge="warns"
      actions={
        <>
          {project.allowed.includes('resume') && (
            <Button look="primary" disabled={say.busy} onClick={() => say.send({ type: 'resume' })}>
              Resume
            </Button>
          )}
          <CancelButton project={project} say={say} />
        </>
      }
    >
      <p className="whitespace-pre-line">
        <Prose text={project.pause.says} />
      </p>
      {project.pause.reason === 'credits' && money.sells && <Packages />}
    </Card>
  )
}
