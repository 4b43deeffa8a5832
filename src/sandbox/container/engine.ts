import { access, constants } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { done, messageOf, OutsideFailure, type Refusal, type Result, refuse } from '../../failure.ts'
import type { UidRange } from '../bubblewrap/host.ts'
import { execute } from '../supervise/process.ts'
import { type ContainerReason, ENGINE_MISSING, ENGINE_OLD, type Hint, hintFor, OLDEST } from './diagnosis.ts'
import { readProfile } from './seccomp.ts'

export type EngineName = 'docker' | 'podman'

/** What is known of the engine of this machine; asked once, when the sandbox is opened. */
export type Engine = EngineFacts & {
  path: string
  /** What its command line is given: where its socket and its settings are. */
  env: Readonly<Record<string, string>>
  /** The system calls to allow, where the engine allows too many by itself. */
  seccomp: string | null
}

export type EngineFacts = {
  name: EngineName
  version: string
  /** It runs as an ordinary user: whoever breaks out of a container is nobody special. */
  rootless: boolean
  /** The first id of the machine that Docker's remapped containers use as theirs; null when they are not remapped. */
  remappedFrom: number | null
  /** Which of its limits the kernel holds here. */
  holds: { memory: boolean; swap: boolean; processes: boolean }
  selinux: boolean
  /** Where Podman has its list of system calls. */
  seccompPath: string | null
}

export type EngineOptions = {
  /** Which to use; else Podman, and Docker where there is none that answers. */
  name?: EngineName | undefined
  /** As in the environment of this process: PATH, HOME, XDG_RUNTIME_DIR, DOCKER_HOST and the like, no more. */
  env: Readonly<Record<string, string>>
}

const ORDER: readonly EngineName[] = ['podman', 'docker']

/** The first engine that answers, or why the first that is installed does not. */
export async function readEngine({ name, env }: EngineOptions): Promise<Result<Engine, ContainerReason>> {
  const refusals: Refusal<ContainerReason>[] = []
  for (const each of name === undefined ? ORDER : [name]) {
    const path = await findProgram(each, env.PATH ?? '')
    if (path === null) continue
    const asked = await ask({ name: each, path, env })
    if (asked.ok) return asked
    refusals.push(asked)
  }
  return refusals[0] ?? refused(ENGINE_MISSING)
}

/** Runs the engine's command line with these arguments. Throws `OutsideFailure` with what it said, and no more. */
export async function command(
  { path, env }: Pick<Engine, 'path' | 'env'>,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  try {
    return await execute('/usr/bin/env', ['-i', ...variables, path, ...args])
  } catch (error) {
    const [, ...said] = messageOf(error).trim().split('\n')
    const what = `${basename(path)} ${args[0]}: ${said.join('\n') || 'it failed and said nothing'}`
    throw new OutsideFailure(what, hintFor(what).says)
  }
}

/** A refusal with what was said, if anything was. */
export function refused(hint: Hint, said?: unknown): Refusal<ContainerReason> {
  const detail = said === undefined ? '' : ` (${messageOf(said).trim().slice(0, SAID_MAX)})`
  return refuse(hint.reason, `${hint.says}${detail || '.'}`)
}

const SAID_MAX = 500

async function ask(found: Pick<Engine, 'name' | 'path' | 'env'>): Promise<Result<Engine, ContainerReason>> {
  try {
    const { stdout } = await command(found, ['info', '--format', '{{json .}}'])
    const facts = FACTS[found.name](JSON.parse(stdout))
    if (isOlder(facts.version, OLDEST[found.name])) return refused(ENGINE_OLD, `it is ${facts.version}`)
    const seccomp = facts.seccompPath === null ? null : await readProfile(facts.seccompPath)
    return done({ ...found, ...facts, seccomp })
  } catch (error) {
    return refused(hintFor(messageOf(error)), error)
  }
}

async function findProgram(name: string, searchPath: string): Promise<string | null> {
  for (const directory of searchPath.split(':').filter(each => each.startsWith('/'))) {
    const path = join(directory, name)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return null
}

const PODMAN_INFO = z.object({
  host: z.object({
    cgroupVersion: z.string(),
    cgroupControllers: z.array(z.string()).nullish(),
    serviceIsRemote: z.boolean().optional(),
    security: z.object({
      rootless: z.boolean(),
      selinuxEnabled: z.boolean().optional(),
      seccompProfilePath: z.string().optional(),
    }),
  }),
  version: z.object({ Version: z.string() }),
})

const DOCKER_INFO = z.object({
  ServerVersion: z.string().optional(),
  ServerErrors: z.array(z.string()).nullish(),
  DockerRootDir: z.string().optional(),
  MemoryLimit: z.boolean().optional(),
  SwapLimit: z.boolean().optional(),
  PidsLimit: z.boolean().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
})

/** What `info` tells of each engine. */
export const FACTS: Readonly<Record<EngineName, (info: unknown) => EngineFacts>> = {
  podman(info) {
    const { host, version } = PODMAN_INFO.parse(info)
    if (host.serviceIsRemote) throw elsewhere()
    const { rootless, selinuxEnabled = false, seccompProfilePath } = host.security
    const controllers = rootless && host.cgroupVersion === 'v1' ? [] : (host.cgroupControllers ?? [])
    const memory = controllers.includes('memory')
    return {
      name: 'podman',
      version: version.Version,
      rootless,
      remappedFrom: null,
      holds: { memory, swap: memory, processes: controllers.includes('pids') },
      selinux: selinuxEnabled,
      seccompPath: seccompProfilePath || null,
    }
  },
  docker(info) {
    const told = DOCKER_INFO.parse(info)
    // Without its daemon the command line answers all the same, with what it would have said instead.
    if (told.ServerVersion === undefined || told.ServerErrors?.length) throw unanswered(told.ServerErrors)
    const options = told.SecurityOptions ?? []
    const remapped = /\/(\d+)\.\d+$/.exec(told.DockerRootDir ?? '')?.[1]
    return {
      name: 'docker',
      version: told.ServerVersion,
      rootless: options.includes('name=rootless'),
      remappedFrom: options.includes('name=userns') && remapped !== undefined ? Number(remapped) : null,
      holds: {
        memory: told.MemoryLimit ?? false,
        swap: told.SwapLimit ?? false,
        processes: told.PidsLimit ?? false,
      },
      selinux: options.some(option => option.startsWith('name=selinux')),
      seccompPath: null,
    }
  },
}

function elsewhere(): OutsideFailure {
  return new OutsideFailure('the engine runs on another machine', 'Use an engine of this machine.')
}

function unanswered(errors: readonly string[] | null | undefined): OutsideFailure {
  const said = errors?.join('; ') || 'Cannot connect to the Docker daemon'
  return new OutsideFailure(said, hintFor(said).says)
}

function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number)
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}

/** Ids of a remapped range that workspaces are given: no system user of an image has one so high. */
export const REMAPPED_UIDS: UidRange = { first: 10_000, count: 50_000 }
