import type { StoredEvent } from '../../projects/event.ts'
import type { ProjectView } from '../api.ts'
import type { Say } from '../queries.ts'

/** What every card gets: the project as it is now, and the way to say something to it. */
export type CardProps = { project: ProjectView; say: Say }

/** A card of the conversation may also look at what happened before. */
export type StateCardProps = CardProps & { events: readonly StoredEvent[] }
