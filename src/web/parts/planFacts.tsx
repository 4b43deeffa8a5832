import type { ProjectView } from '../api.ts'
import { useMoney } from '../useMoney.ts'
import { Badge } from './badge.tsx'
import { Fold } from './fold.tsx'
import { Prose } from './prose.tsx'

/** Stack, price and what was thought of: the plan without its tasks. */
export function PlanFacts({ project }: { project: ProjectView }) {
  const { plan, quote } = project
  if (plan === null) return null
  return (
    <div className="space-y-3">
      {quote && <Price quote={quote} capCredits={project.capCredits} />}
      <p className="text-sm">
        <Badge tone="works">{plan.toolchain}</Badge>{' '}
        <span className="align-middle">
          <Prose text={plan.why} />
        </span>
      </p>
      <p className="text-sm text-soft">
        Starts with{' '}
        <code className="rounded bg-sunk px-1.5 py-0.5 font-mono text-xs text-ink">{plan.start.command}</code>
      </p>
      {plan.traps.length > 0 && <Traps traps={plan.traps} />}
    </div>
  )
}

type PriceProps = { quote: NonNullable<ProjectView['quote']>; capCredits: string }

/** The range counts from the plan on; the cap is that of the whole project, with what questions and brief cost. */
function Price({ quote, capCredits }: PriceProps) {
  const money = useMoney()
  return (
    <dl className="numbers grid grid-cols-2 gap-3 rounded-xl bg-sunk p-3 text-sm">
      <div>
        <dt className="text-soft">Price from here on</dt>
        <dd className="font-semibold">
          {money.bare(quote.fromCredits)} to {money.show(quote.toCredits)}
        </dd>
      </div>
      <div>
        <dt className="text-soft">All in all never more than</dt>
        <dd className="font-semibold">{money.show(capCredits)}</dd>
      </div>
    </dl>
  )
}

function Traps({ traps }: { traps: NonNullable<ProjectView['plan']>['traps'] }) {
  return (
    <Fold title={`Traps that were thought of (${traps.length})`}>
      <dl className="space-y-2 text-sm">
        {traps.map(({ trap, decision }) => (
          <div key={trap}>
            <dt className="font-medium">
              <Prose text={trap} />
            </dt>
            <dd className="text-soft">
              <Prose text={decision} />
            </dd>
          </div>
        ))}
      </dl>
    </Fold>
  )
}
