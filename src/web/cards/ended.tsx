import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Examples } from '../parts/examples.tsx'
import { useSession } from '../queries.ts'
import { useStartAgain } from '../startAgain.ts'
import { useMoney } from '../useMoney.ts'
import { HideButton } from './hide.tsx'
import type { CardProps } from './props.ts'

/** The end of a project that was not delivered, and the ways to begin another. */
export function EndedCard({ project, say }: CardProps) {
  const failed = project.state === 'failed'
  const session = useSession()
  const startAgain = useStartAgain()
  const money = useMoney()
  return (
    <Card
      title={failed ? 'This could not be built' : 'Cancelled'}
      edge={failed ? 'bad' : 'plain'}
      actions={
        <>
          <Button look="primary" onClick={() => startAgain(project.description)}>
            Start again
          </Button>
          <HideButton project={project} say={say} />
        </>
      }
    >
      <p>
        {failed ? 'The reason is in the conversation above. ' : 'Nothing more happens here. '}
        It cost {money.show(project.spentCredits)}.
      </p>
      <p className="text-sm text-soft">
        Start again opens a new project with the same description, which you can change first.
      </p>
      {failed && (
        <Examples
          examples={session.data?.examples ?? []}
          says="Or begin with an example that is known to work:"
          onPick={startAgain}
        />
      )}
    </Card>
  )
}
