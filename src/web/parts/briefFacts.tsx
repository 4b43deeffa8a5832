import type { ProjectView } from '../api.ts'
import { Lines } from './lines.tsx'
import { Prose } from './prose.tsx'

type Brief = NonNullable<ProjectView['brief']>

/** What will be built, on one screen. */
export function BriefFacts({ brief }: { brief: Brief }) {
  return (
    <div className="space-y-4">
      <p className="whitespace-pre-line">
        <Prose text={brief.summary} />
      </p>
      <p className="text-sm text-soft">
        For{' '}
        <span className="text-ink">
          <Prose text={brief.audience} />
        </span>
      </p>
      <Lines title="It can" lines={brief.features} sign="+" />
      {brief.leftOut.length > 0 && <Lines title="Left out on purpose" lines={brief.leftOut} sign="–" />}
      <Lines title="It is done when" lines={brief.criteria.map(each => each.text)} sign="✓" />
    </div>
  )
}
