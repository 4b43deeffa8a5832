import type { DeliveryView, ProjectView } from '../api.ts'
import { Badge } from '../parts/badge.tsx'
import { Commands } from '../parts/commands.tsx'
import { Pictures } from '../parts/pictures.tsx'
import { showBytes, showCount, showDuration, showTime } from '../show.ts'
import { OnTheWay } from './onTheWay.tsx'

/** Every delivery with its clean-room proof, the newest first; below it, what was checked on the way. */
export function EvidencePane({ project }: { project: ProjectView }) {
  return (
    <div className="space-y-8">
      {project.deliveries.map(delivery => (
        <Delivery key={delivery.number} projectId={project.id} delivery={delivery} />
      ))}
      <OnTheWay project={project} />
    </div>
  )
}

function Delivery({ projectId, delivery }: { projectId: string; delivery: DeliveryView }) {
  const { commands } = delivery
  const passed = commands.filter(command => command.passed).length
  const ms = commands.reduce((sum, command) => sum + command.ms, 0)
  return (
    <section aria-label={`Delivery ${delivery.number}`} className="space-y-3">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="text-lg font-semibold">Delivery {delivery.number}</h2>
        <Badge tone={passed === commands.length ? 'good' : 'bad'}>
          {passed} of {showCount(commands.length, 'command')} passed in {showDuration(ms)}
        </Badge>
      </header>
      <Commands label={`Proof of delivery ${delivery.number}`} rows={commands} />
      <Pictures projectId={projectId} delivery={delivery} />
      <Facts delivery={delivery} />
    </section>
  )
}

function Facts({ delivery }: { delivery: DeliveryView }) {
  const facts = [
    { name: 'ZIP', value: `${delivery.file}, ${showBytes(delivery.bytes)}` },
    { name: 'SHA-256 of the tree', value: delivery.treeSha256 },
    { name: 'Commit', value: delivery.commit },
    { name: 'Delivered', value: showTime(delivery.atMs) },
  ]
  return (
    <dl className="grid grid-cols-1 gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
      {facts.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="mb-1 font-mono text-xs leading-5 break-all">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
