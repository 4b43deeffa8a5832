import type { Check } from '../check.ts'
import { archives } from './archives.ts'
import { egress } from './egress.ts'
import { files } from './files.ts'
import { kernel } from './kernel.ts'
import { leftovers } from './leftovers.ts'
import { limits } from './limits.ts'
import { network } from './network.ts'
import { packageScripts } from './packageScripts.ts'
import { processes } from './processes.ts'
import { promised } from './promised.ts'
import { returned } from './returned.ts'

/** Every check by its subject. */
export const SUBJECTS: Readonly<Record<string, readonly Check[]>> = {
  files,
  'files read back': returned,
  processes,
  limits,
  network,
  kernel,
  'package scripts': packageScripts,
  archives,
  egress,
  leftovers,
  promises: promised,
}

export const ALL: readonly Check[] = Object.values(SUBJECTS).flat()
