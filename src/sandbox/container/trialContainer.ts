import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ofEngines } from '../../config/sandbox.ts'
import type { Backend } from '../backend.ts'
import { readHost } from '../bubblewrap/host.ts'
import { createFixtures } from '../fixtures.ts'
import { createWorkspaces } from '../workspaces.ts'
import { createContainer } from './container.ts'
import { command, type Engine, type EngineName, readEngine } from './engine.ts'
import { workspaceUids } from './identity.ts'
import { makeTrialImage, TRIAL_IMAGE } from './trialImage.ts'

/** Real containers for tests, with an image out of this machine's own programs. */
export type ContainerTrial = {
  backend: Backend
  engine: Engine
  stateDir: string
  /** The same with something changed. */
  again(changes: Partial<Parameters<typeof createContainer>[0]>): Backend
  close(): Promise<void>
}

/** The reason instead where the engine does not run here. */
export async function openContainerTrial(
  name: EngineName,
  environment: NodeJS.ProcessEnv,
): Promise<ContainerTrial | { missing: string }> {
  const stateDir = await mkdtemp(join(tmpdir(), 'botwright-container-'))
  await chmod(stateDir, 0o711)
  const remove = () => rm(stateDir, { recursive: true, force: true })
  const engine = await readEngine({ name, env: await engineEnvironment(stateDir, environment) })
  if (!engine.ok) {
    await remove()
    return { missing: engine.says }
  }
  await makeTrialImage(engine.value)
  const options = await optionsFor(engine.value, stateDir)
  return {
    backend: createContainer(options),
    engine: engine.value,
    stateDir,
    again: changes => createContainer({ ...options, ...changes }),
    async close() {
      await command(engine.value, ['rmi', '--force', TRIAL_IMAGE])
      await remove()
    },
  }
}

async function optionsFor(engine: Engine, stateDir: string): Promise<Parameters<typeof createContainer>[0]> {
  const uids = workspaceUids(engine, (await readHost()).uids)
  return {
    engine: { ok: true, value: engine },
    image: TRIAL_IMAGE,
    supervisor: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, uids },
    stateDir,
    nodePath: process.execPath,
    fixtures: await createFixtures(stateDir),
    workspaces: createWorkspaces(stateDir, uids),
  }
}

/** On machines that still have both kinds of control groups, only one of Podman's two runtimes works. */
async function engineEnvironment(
  dir: string,
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const env = { ...ofEngines(environment), BOTWRIGHT_SECRET: 'hush' }
  if (!existsSync('/sys/fs/cgroup/unified') || !existsSync('/usr/sbin/runc')) return env
  const CONTAINERS_CONF = join(dir, 'containers.conf')
  await writeFile(CONTAINERS_CONF, '[engine]\nruntime = "runc"\n')
  return { ...env, CONTAINERS_CONF }
}
