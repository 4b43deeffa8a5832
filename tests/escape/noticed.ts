import type { LayerName } from '../../src/sandbox/bubblewrap/layers.ts'

/**
 * For each layer of protection the checks that fail when it is missing. Where nobody notices, another layer stands for
 * it: then both are taken away, and the reason is said.
 */
export const NOTICED: Readonly<Record<LayerName, Noticed>> = {
  user: {
    by: [
      'what only root may read cannot be read, not even where it is mounted',
      'what a run makes does not belong to root',
    ],
  },
  'user-namespace': { by: ['the user inside has one id, one group, and is not root to the machine'] },
  'nested-user-namespaces': {
    with: ['seccomp'],
    because: 'the filter refuses the calls that make namespaces',
    by: ['no user namespace can be made'],
  },
  'network-namespace': {
    by: ['a port of the machine on 127.0.0.1 cannot be reached', 'there is no interface but the loopback'],
  },
  'pid-namespace': { by: ['no process of the machine can be signalled'] },
  'ipc-namespace': { by: ['no namespace of the machine is shared'] },
  'host-name-namespace': { by: ['the name of the machine is not told and cannot be changed'] },
  'cgroup-namespace': { by: ['no namespace of the machine is shared'] },
  capabilities: { by: ['no capability is held or can be had'] },
  seccomp: {
    by: [
      'a filter of system calls is on',
      'no key can be added',
      'no process can be traced, not even an own one',
    ],
  },
  'read-only-root': {
    by: ['nothing can be written but the workspace, the home and the scratch directories'],
  },
  'read-only-mounts': { by: ['a further mount cannot be written, nor made so'] },
  'masked-directories': { by: ['what the machine keeps in /usr and is no toolchain is hidden'] },
  'synthetic-etc': { by: ['the accounts of the machine are not told'] },
  'sized-tmpfs': { by: ['/tmp has a size'] },
  environment: {
    with: ['first-process'],
    because: 'bubblewrap clears the environment, and only a launcher that is seen would show it',
    by: ['the first process inside has no environment but that of the run'],
  },
  descriptors: { by: ['what the supervisor inherited itself does not arrive inside'] },
  'die-with-parent': { by: ['a run ends at once with its supervisor'] },
  'new-session': { by: ['a run is in a session of its own, without a terminal'] },
  'first-process': { by: ['the command runs under a shell of its own, which is process 1'] },
  cgroup: {
    with: ['poll'],
    because: 'the poll counts memory too',
    by: ['memory that processes share is counted'],
  },
  'cpu-rlimit': { by: ['no limit can be raised from inside'] },
  'data-rlimit': { by: ['no limit can be raised from inside'] },
  'file-rlimit': { by: ['a file that grows too large ends a run'] },
  'open-files-rlimit': { by: ['a process has only so many open files'] },
  'processes-rlimit': {
    with: ['cgroup'],
    because: 'the group counts processes too',
    by: ['a run has only so many processes'],
  },
  'core-rlimit': { by: ['a crash leaves no memory behind'] },
  'locked-memory-rlimit': { by: ['no large memory can be locked'] },
  'message-queue-rlimit': { by: ['no message queue can be made'] },
  poll: { by: ['many short processes are over the processor limit together'] },
  'wall-limit': { by: ['a run that takes too long is ended'] },
  'output-limit': { by: ['too much on standard output ends a run'] },
  'mark-kill': {
    with: ['pid-namespace', 'cgroup'],
    because: 'all of a process namespace, and all of a group, ends with the run',
    by: ['at the wall limit all ends, what ignores signals too'],
  },
}

export type Noticed = { by: readonly string[]; with?: readonly LayerName[]; because?: string }
