import type { SummaryView } from '../api.ts'
import { share } from '../credits.ts'
import { Bar } from './bar.tsx'

type Props = Pick<SummaryView, 'tasksDone' | 'tasks'> & { ended: boolean }

/** How many tasks are done. */
export function TaskMeter({ tasksDone, tasks, ended }: Props) {
  return (
    <div className="min-w-0 flex-1">
      <p className="numbers mb-1 flex justify-between gap-2 text-xs text-soft">
        <span>Tasks</span>
        <span>
          {tasks === 0 ? (
            <>no plan{ended ? '' : ' yet'}</>
          ) : (
            <>
              <b className="font-semibold text-ink">{tasksDone}</b> of {tasks} done
            </>
          )}
        </span>
      </p>
      <Bar label="Tasks done" share={share(tasksDone, tasks)} />
    </div>
  )
}
