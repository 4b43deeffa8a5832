import { join } from 'node:path'
import { systemClock } from '../clock.ts'
import { createDependencies } from './dependencies/dependencies.ts'
import type { Trial } from './trial.ts'
import type { Workshop } from './workshop.ts'

/** The workshop of a trial, for projects that name no packages: there is no registry. */
export async function workshopOf({ sandbox, stateDir }: Trial): Promise<Workshop> {
  const dependencies = await createDependencies({
    sandbox,
    egress: null,
    stateDir: join(stateDir, 'packages'),
    clock: systemClock,
  })
  return {
    sandbox,
    toolchains: [],
    dependencies,
    egress: () => Promise.reject(new Error('a trial has no registry')),
    close: async () => {},
  }
}
