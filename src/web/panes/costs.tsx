import type { CallView, ProjectView } from '../api.ts'
import { decimalOf, share, sumMicro } from '../credits.ts'
import { Answered } from '../parts/answered.tsx'
import { Bar } from '../parts/bar.tsx'
import { Empty } from '../parts/notice.tsx'
import { useCalls } from '../queries.ts'
import { showCount } from '../show.ts'
import { useMoney } from '../useMoney.ts'
import { isEnded, kindWords } from '../words.ts'
import { CallTable } from './callTable.tsx'

/** What every model call cost, and where it went. */
export function CostsPane({ project }: { project: ProjectView }) {
  const query = useCalls(project.id)
  return (
    <Answered query={query} what="costs">
      {({ calls }) =>
        calls.length === 0 ? (
          <Empty title={isEnded(project.state) ? 'Nothing was spent' : 'Nothing was spent yet'}>
            Every model call appears here with its tokens and its price.
          </Empty>
        ) : (
          <div className="space-y-6">
            <Totals calls={calls} />
            <CallTable calls={calls} />
          </div>
        )
      }
    </Answered>
  )
}

function Totals({ calls }: { calls: readonly CallView[] }) {
  const money = useMoney()
  const kinds = Array.from(
    Map.groupBy(calls, call => call.kind),
    ([kind, group]) => ({
      kind,
      count: group.length,
      micro: sumMicro(group.map(call => call.credits)),
    }),
  ).sort((one, other) => other.micro - one.micro)
  const most = Math.max(...kinds.map(each => each.micro))
  const total = sumMicro(calls.map(call => call.credits))
  return (
    <section aria-label="Costs by kind" className="rounded-2xl border border-line bg-sheet p-4">
      <p className="numbers mb-3 flex items-baseline justify-between">
        <span className="text-sm text-soft">{showCount(calls.length, 'model call')}</span>
        <span>
          <b className="text-xl font-semibold">{money.bare(decimalOf(total))}</b>
          <span className="text-sm text-soft">{money.unit}</span>
        </span>
      </p>
      <ul className="space-y-2 text-sm">
        {kinds.map(({ kind, count, micro }) => (
          <li key={kind} className="numbers grid grid-cols-[9.5rem_minmax(0,1fr)_4rem] items-center gap-3">
            <span>
              {kindWords(kind)} <span className="text-xs text-soft">×{count}</span>
            </span>
            <Bar
              label={`${kindWords(kind)}, share of the dearest kind`}
              share={share(micro, most)}
              className="h-2!"
            />
            <span className="text-right">{money.bare(decimalOf(micro))}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
