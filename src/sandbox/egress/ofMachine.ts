import type { Clock } from '../../clock.ts'
import type { Config } from '../../config.ts'
import type { Log } from '../../log.ts'
import { type Egress, openEgress } from './egress.ts'
import { thisMachine } from './upstreams/machine.ts'
import { readUpstreams } from './upstreams/upstreams.ts'

/** The mirror of the registries that this machine's own package managers are configured for. They are asked: it takes seconds. */
export async function egressOfMachine(
  { sandbox }: Pick<Config, 'sandbox'>,
  options: { stateDir: string; clock: Clock; log: Log },
): Promise<Egress> {
  const { env, home } = sandbox.machine()
  const upstreams = await readUpstreams(thisMachine(env, home), sandbox.fetchOrigins)
  return openEgress({ ...options, upstreams })
}
