import type { Limits, RunSpec } from '../backend.ts'
import { fillHome } from '../dependencies/ownFiles.ts'
import type { Ecosystem } from '../egress/ecosystem.ts'
import type { Opened } from '../egress/egress.ts'
import type { Files, Workspace } from '../files.ts'
import { limitsFor } from '../limits.ts'
import type { ToolchainId } from '../toolchains/toolchain.ts'
import { limitsOf, toolchainsOf } from '../toolchains/toolchains.ts'
import type { Workshop } from '../workshop.ts'

/** Where the commands of a README are run, one after the other, as on a machine on which nothing of the project was. */
export type Room = {
  /** What a run here has in common with the others: one that installs may reach registries, and no other has a network. */
  place(installs: boolean): Place
  /** Registries of which an installation had no answer. */
  unreachable(): readonly Ecosystem[]
  dispose(): Promise<void>
}

export type Place = Pick<RunSpec, 'workspace' | 'home' | 'phase' | 'env' | 'doors' | 'limits'>

/** What of a workshop a room takes. */
export type Workplace = Pick<Workshop, 'sandbox' | 'egress' | 'dependencies'>

/** Unpacks the files in a fresh workspace, and opens a door to the registries of what they name. */
export async function openRoom(
  { sandbox, egress, dependencies }: Workplace,
  toolchain: ToolchainId,
  files: Files,
): Promise<Room> {
  const toolchains = toolchainsOf(toolchain, files)
  const ecosystems = toolchains.flatMap(({ dependencies: rules }) =>
    rules === undefined || rules.inputs(files) === null ? [] : [rules.ecosystem],
  )
  const env: Record<string, string> = Object.assign({}, ...toolchains.map(each => each.env ?? {}))
  const limits = limitsOf(toolchain, 'prove')
  const workspace = await sandbox.workspace(files)
  const { dir, home } = workspace
  const { mounts, begin } = await dependencies.warmth(files, toolchain)
  for (const command of begin) await sandbox.run({ workspace: dir, home, phase: 'scripts', command, mounts })
  const opened = await doorFor(ecosystems, egress, workspace)
  return {
    place: installs =>
      installs && opened !== null
        ? {
            ...{ workspace: dir, home, phase: 'fetch', doors: [opened.door] },
            env: { ...env, TMPDIR: HOME, ...ONLINE, ...opened.env },
            limits: larger(limitsFor('fetch'), limits),
          }
        : { workspace: dir, home, phase: 'prove', env, limits },
    unreachable: () => opened?.report().unreachable ?? [],
    async dispose() {
      await opened?.close()
      await workspace.dispose()
    },
  }
}

/** The small place in memory, where temporary files are otherwise, does not hold large packages. */
const HOME = '/home/sandbox'
const ONLINE = { CARGO_NET_OFFLINE: 'false' }

async function doorFor(
  ecosystems: readonly Ecosystem[],
  egress: Workshop['egress'],
  workspace: Workspace,
): Promise<Opened | null> {
  if (ecosystems.length === 0) return null
  try {
    const opened = await (await egress()).open([...new Set(ecosystems)])
    await fillHome(workspace.home, opened.files)
    return opened
  } catch (cause) {
    await workspace.dispose()
    throw cause
  }
}

/** Installing may also compile. */
function larger(one: Limits, other: Partial<Limits>): Limits {
  const { ...found } = one
  for (const name of Object.keys(found) as (keyof Limits)[])
    found[name] = Math.max(one[name], other[name] ?? 0)
  return found
}
