import { Link } from 'wouter'
import type { Quoted } from '../../projects/event.ts'
import { downloadUrl } from '../api.ts'
import { buttonClass } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Commands } from '../parts/commands.tsx'
import { Pictures } from '../parts/pictures.tsx'
import { Preview } from '../parts/preview.tsx'
import { showBytes, showCount } from '../show.ts'
import { useMoney } from '../useMoney.ts'
import { HideButton } from './hide.tsx'
import type { StateCardProps } from './props.ts'

/** The ZIP, what it cost, and the proof that it installs, tests and starts. */
export function DeliveredCard({ project, say, events }: StateCardProps) {
  const money = useMoney()
  const delivery = project.deliveries[0]
  if (!delivery) return null
  const { commands } = delivery
  const skipped = project.taskList.filter(task => task.status === 'skipped').length
  return (
    <Card
      title={`Delivered: ${project.title}`}
      edge="good"
      actions={
        <>
          <a href={downloadUrl(project.id)} download={delivery.file} className={buttonClass('primary')}>
            Download ZIP
          </a>
          <Link href={`/p/${project.id}/files`} className={buttonClass('quiet')}>
            See files
          </Link>
          <HideButton project={project} say={say} />
        </>
      }
    >
      <p className="numbers">
        <span className="font-mono text-sm">{delivery.file}</span>, {showBytes(delivery.bytes)}, for{' '}
        <b className="font-semibold">{money.show(project.spentCredits)}</b>.
        {skipped > 0 && ` ${showCount(skipped, 'task')} left out.`}
      </p>
      <Pictures projectId={project.id} delivery={delivery} />
      <Preview id={project.id} />
      <AsQuoted quoted={events.findLast(event => event.type === 'delivered')?.quoted} />
      <div>
        <h3 className="mb-1 text-sm font-semibold">
          Proof: what was run on the unpacked ZIP in a clean room
        </h3>
        <Commands label="Proof" rows={commands} />
      </div>
    </Card>
  )
}

/** What the plan said, beside what it came to; a delivery of before plans were compared has none. */
function AsQuoted({ quoted }: { quoted: Quoted | undefined }) {
  const money = useMoney()
  if (!quoted) return null
  return (
    <dl className="numbers grid grid-cols-2 gap-3 rounded-xl bg-sunk p-3 text-sm">
      <div>
        <dt className="text-soft">The plan said</dt>
        <dd className="font-semibold">
          {money.bare(quoted.fromCredits)} to {money.show(quoted.toCredits)}
        </dd>
      </div>
      <div>
        <dt className="text-soft">Spent since then</dt>
        <dd className="font-semibold">{money.show(quoted.spentCredits)}</dd>
      </div>
    </dl>
  )
}
