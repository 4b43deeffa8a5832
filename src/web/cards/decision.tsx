import type { PersonEvent } from '../api.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Prose } from '../parts/prose.tsx'
import { TextForm } from '../parts/textForm.tsx'
import { CancelButton } from './cancel.tsx'
import type { CardProps } from './props.ts'
import { RaiseForm } from './raise.tsx'
import { UndoMenu } from './undo.tsx'

const TITLES: Readonly<Record<string, string>> = {
  stuck: 'Stuck: your decision',
  cap: 'The cap is reached: your decision',
  rejected: 'The review said no: your decision',
  unproven: 'The ZIP could not be proven: your decision',
  undone: 'Went back: your decision',
}

type Plain = Extract<PersonEvent['type'], 'goOn' | 'skip' | 'deliver'>
const PLAIN: readonly { type: Plain; label: string }[] = [
  { type: 'goOn', label: 'Go on' },
  { type: 'skip', label: 'Skip task' },
  { type: 'deliver', label: 'Deliver what works' },
]

/** What the factory cannot decide alone: why, and the ways on that make sense. */
export function DecisionCard({ project, say }: CardProps) {
  const allows = (event: string) => project.allowed.includes(event)
  const { decision } = project
  if (decision === null) return null
  return (
    <Card
      title={TITLES[decision.why] ?? 'Your decision'}
      edge="warns"
      actions={
        <>
          {PLAIN.filter(({ type }) => allows(type)).map(({ type, label }) => (
            <Button
              key={type}
              look={type === 'goOn' ? 'primary' : 'quiet'}
              disabled={say.busy}
              onClick={() => say.send({ type })}
            >
              {label}
            </Button>
          ))}
          <CancelButton project={project} say={say} />
        </>
      }
    >
      {decision.task && (
        <p className="text-sm text-soft">About {taskName(project.taskList, decision.task)}</p>
      )}
      <p className="whitespace-pre-line">
        <Prose text={decision.says} />
      </p>
      {allows('raise') && <RaiseForm project={project} say={say} />}
      {allows('guide') && (
        <TextForm
          label="Say what to do differently"
          hint="What to change …"
          submit="Try again"
          busy={say.busy}
          onSend={text => say.send({ type: 'guide', text })}
        />
      )}
      <UndoMenu project={project} say={say} />
    </Card>
  )
}

function taskName(tasks: CardProps['project']['taskList'], id: string): string {
  const task = tasks.find(each => each.id === id)
  return task ? `${id}: ${task.title}` : id
}
