import { posix } from 'node:path'

/** What `/proc/self` says about control groups: the mounts, and the groups of this process. */
export type Readings = { mountinfo: string; membership: string }

/** Where groups can be made: one directory for each controller of version 1, or those to try of version 2. */
export type Hierarchies = VersionOne | VersionTwo

export type VersionOne = {
  version: 1
  /** Tops of the hierarchies, as far as they are seen. */
  roots: readonly string[]
  /** The groups of this process. */
  memory: string
  pids: string
  cpuacct: string | null
}

export type VersionTwo = {
  version: 2
  roots: readonly string[]
  /** The group of this process, and those above it, from the inside out. */
  own: string
  above: readonly string[]
}

type Hierarchy = { top: string; own: string; controllers: readonly string[]; isTwo: boolean }

/** The hierarchies in the order to try them: version 2 where it has the controllers, then version 1. */
export function findHierarchies({ mountinfo, membership }: Readings): Hierarchies[] {
  const all = mountinfo.split('\n').flatMap(line => hierarchy(line, membership) ?? [])
  return [...two(all), ...one(all)]
}

function two(all: readonly Hierarchy[]): VersionTwo[] {
  return all
    .filter(({ isTwo }) => isTwo)
    .map(({ top, own }) => ({ version: 2, roots: [top], own, above: directoriesAbove(own, top) }))
}

function one(all: readonly Hierarchy[]): VersionOne[] {
  const controller = (name: string) => all.find(({ controllers }) => controllers.includes(name))
  const memory = controller('memory')
  const pids = controller('pids')
  const cpuacct = controller('cpuacct')
  if (memory === undefined || pids === undefined) return []
  const used = [memory, pids, ...(cpuacct ? [cpuacct] : [])]
  const roots = [...new Set(used.map(({ top }) => top))]
  return [{ version: 1, roots, memory: memory.own, pids: pids.own, cpuacct: cpuacct?.own ?? null }]
}

/** One line of mountinfo (proc(5)): id, parent, device, root, mount point, options, tags, `-`, type, source, options. */
function hierarchy(line: string, membership: string): Hierarchy | null {
  const [before = '', after = ''] = line.split(' - ')
  const [, , , root = '/', top = ''] = before.split(' ')
  const [type, , options = ''] = after.split(' ')
  if (type !== 'cgroup' && type !== 'cgroup2') return null
  const isTwo = type === 'cgroup2'
  const controllers = isTwo ? [] : options.split(',')
  const path = ownPath(membership, controllers, isTwo)
  return path === null ? null : { top, own: posix.join(top, below(path, root)), controllers, isTwo }
}

/** The group of this process: lines of `/proc/self/cgroup` are `ID:CONTROLLERS:PATH`, `0::PATH` for version 2. */
function ownPath(membership: string, controllers: readonly string[], isTwo: boolean): string | null {
  for (const line of membership.split('\n')) {
    const [id, names = '', ...path] = line.split(':')
    const isThis = isTwo ? id === '0' : names.split(',').some(name => controllers.includes(name))
    if (isThis) return path.join(':')
  }
  return null
}

/** A container may see only a part of the hierarchy, mounted with the group it is in as its root. */
function below(path: string, root: string): string {
  return root !== '/' && (path === root || path.startsWith(`${root}/`)) ? path.slice(root.length) : path
}

function directoriesAbove(own: string, top: string): string[] {
  if (own === top || !own.startsWith(`${top}/`)) return []
  const above = posix.dirname(own)
  return [above, ...directoriesAbove(above, top)]
}
