import { Link } from 'wouter'
import { downloadUrl } from '../api.ts'
import { showCredits } from '../credits.ts'
import { buttonClass } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Commands } from '../parts/commands.tsx'
import { showBytes, showCount } from '../show.ts'
import { HideButton } from './hide.tsx'
import type { CardProps } from './props.ts'

/** The ZIP, what it cost, and the proof that it installs, tests and starts. */
export function DeliveredCard({ project, say }: CardProps) {
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
        <b className="font-semibold">{showCredits(project.spentCredits)} credits</b>.
        {skipped > 0 && ` ${showCount(skipped, 'task')} left out.`}
      </p>
      <div>
        <h3 className="mb-1 text-sm font-semibold">
          Proof: what was run on the unpacked ZIP in a clean room
        </h3>
        <Commands label="Proof" rows={commands} />
      </div>
    </Card>
  )
}
