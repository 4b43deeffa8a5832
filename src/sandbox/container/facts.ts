import { chown, lstat, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../../id.ts'
import type { Guarantees, Mount } from '../backend.ts'
import { type Fixtures, NODE_INSIDE, PROGRAMS_INSIDE } from '../fixtures.ts'
import { ETC_FILES } from '../inner.ts'
import type { RelayedSpec } from '../relay.ts'
import { ownerFor, type Scratch } from '../workspaces.ts'
import type { ContainerFacts } from './arguments.ts'
import type { Engine } from './engine.ts'
import { identityFor, type Supervisor } from './identity.ts'
import type { Image } from './image.ts'

type Known = {
  engine: Engine
  image: Image
  supervisor: Supervisor
  stateDir: string
  nodePath: string
  fixtures: Fixtures
}

/** Programs of a project's own dependencies; last, so that they cannot stand in for those of the system. */
const AFTER_THE_IMAGE = '/opt/node/bin:/workspace/node_modules/.bin'

export async function containerFacts(
  { dir, mark }: Scratch,
  { engine, image, supervisor, stateDir, nodePath, fixtures }: Known,
  spec: RelayedSpec,
): Promise<ContainerFacts> {
  const { uids } = supervisor
  const owner = uids === null ? (await lstat(spec.workspace)).uid : await ownerFor(spec.workspace, uids)
  const identity = identityFor(engine, supervisor, owner)
  return {
    engine,
    image: image.name,
    identity,
    mark,
    owner: ownerLabel(stateDir),
    etc: await writeEtc(dir, identity.uid, identity.gid),
    seccomp: await writeSeccomp(dir, engine),
    scratch: await makeScratch(dir, spec.scratch ?? [], uids === null ? null : owner),
    fixtures: [
      { host: nodePath, inside: NODE_INSIDE },
      { host: fixtures.programs, inside: PROGRAMS_INSIDE },
    ],
    searchPath: `${image.path}:${AFTER_THE_IMAGE}`,
  }
}

/** Where the directories lie that a run may write and that go with it. */
export function scratchIn(dir: string): string {
  return join(dir, 'scratch')
}

/** Not in memory: a tmpfs over what is there already takes its owner and mode, and could not be written. */
async function makeScratch(dir: string, places: readonly string[], owner: number | null): Promise<Mount[]> {
  await mkdir(scratchIn(dir), { mode: 0o711 })
  return Promise.all(
    places.map(async (inside, index) => {
      const host = join(scratchIn(dir), `${index}`)
      await mkdir(host, { mode: 0o700 })
      if (owner !== null) await chown(host, owner, owner)
      return { host, inside }
    }),
  )
}

async function writeSeccomp(dir: string, { seccomp }: Engine): Promise<string | null> {
  if (seccomp === null) return null
  const file = join(dir, 'seccomp.json')
  await writeFile(file, seccomp)
  return file
}

/** Two installations that share an engine must not sweep each other's containers. */
export function ownerLabel(stateDir: string): string {
  return sha256(stateDir).slice(0, 16)
}

/** The synthetic files of `/etc`, for a user who has another number than usual. */
async function writeEtc(dir: string, uid: number, gid: number): Promise<string> {
  const etc = join(dir, 'etc')
  await mkdir(etc, { mode: 0o755 })
  const own = {
    passwd: `root:x:0:0:root:/:/bin/sh\nsandbox:x:${uid}:${gid}:sandbox:/home/sandbox:/bin/sh\n`,
    group: `root:x:0:\nsandbox:x:${gid}:\n`,
  }
  const files = Object.entries({ ...ETC_FILES, ...own })
  await Promise.all(files.map(([name, text]) => writeFile(join(etc, name), text, { mode: 0o644 })))
  return etc
}

/** Processor time is also held by a hard limit for each process; the sum over all of them is polled. */
export function guaranteesOf({ name, rootless, holds }: Engine): Guarantees {
  return {
    wallMs: 'hard',
    cpuSeconds: 'polled',
    memoryBytes: holds.memory && holds.swap ? 'hard' : 'polled',
    // Podman gives each rootless container a user namespace, in which the limit by user counts nobody else.
    processes: holds.processes || (rootless && name === 'podman') ? 'hard' : 'none',
    fileBytes: 'hard',
    diskBytes: 'polled',
    openFiles: 'hard',
    outputBytes: 'hard',
    network: 'hard',
  }
}

export const NOTHING_PROMISED: Guarantees = {
  wallMs: 'none',
  cpuSeconds: 'none',
  memoryBytes: 'none',
  processes: 'none',
  fileBytes: 'none',
  diskBytes: 'none',
  openFiles: 'none',
  outputBytes: 'none',
  network: 'none',
}
