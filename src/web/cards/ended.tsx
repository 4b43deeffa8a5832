import { showCredits } from '../credits.ts'
import { Card } from '../parts/card.tsx'
import type { CardProps } from './props.ts'

/** The end of a project that was not delivered. */
export function EndedCard({ project }: CardProps) {
  const failed = project.state === 'failed'
  return (
    <Card title={failed ? 'This could not be built' : 'Cancelled'} edge={failed ? 'bad' : 'plain'}>
      <p>
        {failed ? 'The reason is in the conversation above. ' : 'Nothing more happens here. '}
        It cost {showCredits(project.spentCredits)} credits.
      </p>
    </Card>
  )
}
