/**
 * The layers that protect the machine from a run, by name. Tests remove one or several and see that somebody notices;
 * nothing else does. Some stand for another: without `processes-rlimit` the group still counts processes, and without
 * `cgroup` the rlimit does.
 */
export const LAYERS = [
  /** As root: bubblewrap is started as a user of that sandbox alone. */
  'user',
  'user-namespace',
  /** No further user namespace can be made inside. */
  'nested-user-namespaces',
  'network-namespace',
  'pid-namespace',
  'ipc-namespace',
  'host-name-namespace',
  'cgroup-namespace',
  'capabilities',
  'seccomp',
  /** The root, `/dev` and what is mounted over directories of the system cannot be written. */
  'read-only-root',
  /** The system, our programs and the mounts of the run cannot be written. */
  'read-only-mounts',
  'masked-directories',
  'synthetic-etc',
  'sized-tmpfs',
  'environment',
  'descriptors',
  'die-with-parent',
  'new-session',
  /** The command is process 1, and no launcher is seen inside. */
  'first-process',
  /** Memory and processes together, by the kernel. */
  'cgroup',
  'cpu-rlimit',
  'data-rlimit',
  'file-rlimit',
  'open-files-rlimit',
  'processes-rlimit',
  'core-rlimit',
  'locked-memory-rlimit',
  'message-queue-rlimit',
  /** Memory, processor time and disk, looked at many times a second. */
  'poll',
  'wall-limit',
  'output-limit',
  /** What left its process group is found by the mark of its run. */
  'mark-kill',
] as const

export type LayerName = (typeof LAYERS)[number]

/** Whether a layer is there. */
export type Holds = (layer: LayerName) => boolean

/** All layers but these. */
export function layersWithout(without: readonly LayerName[] = []): Holds {
  return layer => !without.includes(layer)
}

/** Arguments that are there with a layer, and those that are there without. */
export function layer(
  holds: Holds,
  name: LayerName,
  present: readonly string[],
  absent: readonly string[] = [],
): readonly string[] {
  return holds(name) ? present : absent
}
