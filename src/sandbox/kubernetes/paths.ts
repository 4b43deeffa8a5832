import { relative } from 'node:path'
import { OutsideFailure } from '../../failure.ts'

/** Where something of this process lies on the claim. Throws for what is not there: a job could not see it. */
export function subPath(path: string, claimRoot: string): string {
  const below = relative(claimRoot, path)
  if (below !== '' && below !== '..' && !below.startsWith('../')) return below
  throw new OutsideFailure(
    `${path} is not on the volume that is shared with the jobs`,
    `Put the data directory below ${claimRoot}, where this process has the volume.`,
  )
}
