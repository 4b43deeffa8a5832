import type { Ground } from '../ground.ts'
import type { WorkState } from '../life.ts'
import type { WorkResult } from '../outcome.ts'
import { brief } from './brief.ts'
import { building } from './building.ts'
import { checking } from './checking.ts'
import { committing } from './committing.ts'
import { delivering } from './delivering.ts'
import { documenting } from './documenting.ts'
import { finishing } from './finishing.ts'
import { implementing } from './implementing.ts'
import { packaging } from './packaging.ts'
import { planning } from './planning.ts'
import { reserving } from './reserving.ts'
import { scoping } from './scoping.ts'
import { verifying } from './verifying.ts'

/** The work of each state, one file each. */
export const works: { readonly [S in WorkState]: (ground: Ground) => Promise<WorkResult<S>> } = {
  brief,
  scoping,
  planning,
  reserving,
  building,
  implementing,
  checking,
  verifying,
  committing,
  finishing,
  documenting,
  packaging,
  delivering,
}
