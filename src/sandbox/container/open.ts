import type { Backend } from '../backend.ts'
import { readHost } from '../bubblewrap/host.ts'
import type { Fixtures } from '../fixtures.ts'
import { createWorkspaces } from '../workspaces.ts'
import { createContainer } from './container.ts'
import { type EngineName, readEngine } from './engine.ts'
import { workspaceUids } from './identity.ts'

type Common = { stateDir: string; nodePath: string; fixtures: Fixtures }
type Chosen = { engine?: EngineName | undefined; image: string; env: Readonly<Record<string, string>> }

/** An engine that does not answer is a refusal of the backend's `detect`. */
export async function openContainer(common: Common, { engine: name, image, env }: Chosen): Promise<Backend> {
  const engine = await readEngine({ name, env })
  const uids = engine.ok ? workspaceUids(engine.value, (await readHost()).uids) : null
  return createContainer({
    ...common,
    engine,
    image,
    supervisor: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, uids },
    workspaces: createWorkspaces(common.stateDir, uids),
  })
}
