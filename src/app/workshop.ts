import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { done, type Result } from '../failure.ts'
import type { Log } from '../log.ts'
import type { DetectionReason } from '../sandbox/backend.ts'
import { createDependencies } from '../sandbox/dependencies/dependencies.ts'
import { egressOfMachine } from '../sandbox/egress/ofMachine.ts'
import { openConfigured, type Sandbox } from '../sandbox/open.ts'
import { detectToolchains } from '../sandbox/toolchains/toolchains.ts'
import type { Workshop } from '../sandbox/workshop.ts'

type Needs = { clock: Clock; log: Log; sandbox?: (sandbox: Sandbox) => Sandbox }

/** The sandbox with what is found in it, or why there is none: then nothing generated is run. */
export async function openWorkshop(
  config: Config,
  { clock, log, sandbox: seam }: Needs,
): Promise<Result<Workshop, DetectionReason>> {
  const stateDir = join(config.dataDir, 'sandboxes')
  const opened = await openConfigured(config, stateDir)
  if (!opened.ok) return opened
  const sandbox = seam?.(opened.value) ?? opened.value
  const egress = once(() => egressOfMachine(config, { stateDir, clock, log }))
  const dependencies = await createDependencies({
    sandbox,
    egress: { open: async ecosystems => (await egress.value()).open(ecosystems) },
    stateDir,
    clock,
  })
  await dependencies.sweep()
  return done({
    sandbox,
    toolchains: await detectToolchains(opened.value),
    dependencies,
    egress: egress.value,
    async close() {
      await egress.made?.then(each => each.close())
      await sandbox.close()
    },
  })
}

/** Made when first asked for; one that failed is made again. */
function once<Value>(make: () => Promise<Value>): {
  value(): Promise<Value>
  readonly made: Promise<Value> | null
} {
  let made: Promise<Value> | null = null
  return {
    get made() {
      return made
    },
    value() {
      made ??= make().catch((cause: unknown) => {
        made = null
        throw cause
      })
      return made
    },
  }
}
