import type { ProjectView } from '../api.ts'
import type { Say } from '../queries.ts'

/** What every card gets: the project as it is now, and the way to say something to it. */
export type CardProps = { project: ProjectView; say: Say }
