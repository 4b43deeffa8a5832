import type { Ground } from '../ground.ts'
import type { WorkResult } from '../outcome.ts'
import { outcome } from '../outcome.ts'
import type { Project } from '../project.ts'
import { goBack } from './goBack.ts'
import { prepare } from './prepare.ts'

/** Brings the repository to where coding can begin: back to a verified task, prepared once, or as it is. */
export function building(ground: Ground): Promise<WorkResult<'building'>> {
  const { undoTo, prepared }: Project['file'] = ground.project.file
  if (undoTo !== null) return goBack(ground, undoTo)
  if (!prepared) return prepare(ground)
  return Promise.resolve(outcome('prepared'))
}
