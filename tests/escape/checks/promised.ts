import { checkPromise, PROMISES } from '../../../src/sandbox/promises.ts'
import type { Check } from '../check.ts'

/** What `sandbox check` lets operators see for themselves. */
export const promised: readonly Check[] = PROMISES.map(promise => ({
  name: `it is promised that ${promise.name}`,
  tried: async ({ sandbox }) => {
    const { kept, seen } = await checkPromise(sandbox, promise)
    return `${kept} ${seen}`.trim()
  },
  holds: answer => answer === 'kept',
}))
