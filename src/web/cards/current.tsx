import type { ComponentType } from 'react'
import type { State } from '../../projects/life.ts'
import { BriefCard } from './brief.tsx'
import { DecisionCard } from './decision.tsx'
import { DeliveredCard } from './delivered.tsx'
import { EndedCard } from './ended.tsx'
import { PausedCard } from './paused.tsx'
import { PlanCard } from './plan.tsx'
import type { StateCardProps } from './props.ts'
import { QuestionsCard } from './questions.tsx'

const CARDS: Readonly<Partial<Record<State, ComponentType<StateCardProps>>>> = {
  asking: QuestionsCard,
  confirming: BriefCard,
  approving: PlanCard,
  deciding: DecisionCard,
  completed: DeliveredCard,
  cancelled: EndedCard,
  failed: EndedCard,
}

/** The card of the state that waits for the person, and above it the one that says why everything rests. */
export function CurrentCards({ project, say, events }: StateCardProps) {
  const cards: Readonly<Record<string, ComponentType<StateCardProps>>> = CARDS
  const StateCard = cards[project.state]
  return (
    <>
      {project.pause && <PausedCard project={project} say={say} />}
      {StateCard && <StateCard project={project} say={say} events={events} />}
    </>
  )
}
