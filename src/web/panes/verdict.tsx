import type { VerdictView } from '../api.ts'
import { Badge } from '../parts/badge.tsx'
import { Lines } from '../parts/lines.tsx'
import { Mark } from '../parts/mark.tsx'
import { Prose } from '../parts/prose.tsx'

/** The Architect's verdict: every criterion with its evidence, and why not where it was a no. */
export function Verdict({ verdict }: { verdict: VerdictView }) {
  const approved = verdict.verdict === 'APPROVED'
  return (
    <section aria-label="Verdict" className="space-y-2">
      <p className="flex items-center gap-2 text-sm font-semibold">
        Review <Badge tone={approved ? 'good' : 'bad'}>{approved ? 'approved' : 'rejected'}</Badge>
      </p>
      <ul className="space-y-1.5 text-sm">
        {verdict.criteria.map(({ id, met, evidence }) => (
          <li key={id} className="flex gap-2">
            <Mark kind={met ? 'good' : 'bad'} says={met ? 'met' : 'not met'} />
            <span>
              <span className="mr-1.5 font-mono text-xs text-soft">{id}</span>
              <Prose text={evidence} />
            </span>
          </li>
        ))}
      </ul>
      {verdict.reasons.length > 0 && <Lines title="Reasons" lines={verdict.reasons} sign="·" />}
      {verdict.changes.length > 0 && <Lines title="Wanted changes" lines={verdict.changes} sign="→" />}
    </section>
  )
}
