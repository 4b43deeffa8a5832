import type { SummaryView } from '../api.ts'
import { stateWords } from '../words.ts'
import { Badge } from './badge.tsx'

/** Where a project stands, in plain words. */
export function StateBadge({ project }: { project: Pick<SummaryView, 'state' | 'paused'> }) {
  const { says, tone } = stateWords(project)
  return (
    <Badge tone={tone} pulse={tone === 'works'}>
      {says}
    </Badge>
  )
}
