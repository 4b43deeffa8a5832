import { ALL } from './checks/all.ts'
import { openStage } from './stage/stage.ts'
import { tellAll } from './stage/tell.ts'

/** Tries every check that applies to an ordinary user, as the user of this process, and prints what came of each as JSON. */
const stage = await openStage()
const told = await tellAll(
  ALL.filter(({ notIn }) => notIn?.['ordinary user'] === undefined),
  stage,
)
await stage.close()
process.stdout.write(JSON.stringify(told), () => process.exit())
