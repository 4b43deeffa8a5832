import type { KilledBy, Limits } from '../backend.ts'
import { prints, type SandboxPromise, sh } from './promise.ts'

const MIB = 1024 ** 2

/** What a run cannot take more of than it is given. */
export const BOUNDS: readonly SandboxPromise[] = [
  bound('a run that takes too long is ended', 'wallMs', 300, sh('sleep 60'), 'wall'),
  bound('processor time is bounded', 'cpuSeconds', 1, sh('while :; do :; done'), 'cpu'),
  bound(
    'memory is bounded',
    'memoryBytes',
    128 * MIB,
    // Node itself does not start with so little, and a shell would double what it has.
    ['awk', 'BEGIN { for (;;) kept[n++] = sprintf("%100s", n) }'],
    'memory',
  ),
  bound('output is bounded', 'outputBytes', MIB, sh('yes'), 'output'),
  bound(
    'the size of a file is bounded',
    'fileBytes',
    MIB,
    sh('exec head -c 2000000 /dev/zero > big'),
    'file',
  ),
  bound(
    'the size of the workspace is bounded',
    'diskBytes',
    16 * MIB,
    sh('i=0; while head -c 1000000 /dev/zero > f$i; do i=$((i+1)); done; exit 1'),
    'disk',
  ),
  {
    name: 'the number of processes is bounded',
    group: 'limits',
    rests: 'processes',
    limits: { processes: 32 },
    command: sh(
      'for i in $(seq 64); do sleep 5 & done 2> /dev/null; set -- /proc/[0-9]*; [ $# -lt 40 ] && echo few',
    ),
    // A shell that cannot fork any more ends at once.
    kept: result => prints('few')(result) || (result.exitCode !== 0 && result.killedBy === null),
  },
  {
    name: 'the number of open files is bounded',
    group: 'limits',
    rests: 'openFiles',
    limits: { openFiles: 64 },
    command: sh('ulimit -n'),
    kept: prints('64'),
  },
]

/** A command that takes more and more of one thing is ended for that very reason. */
function bound(
  name: string,
  limit: keyof Limits,
  most: number,
  command: readonly string[],
  killedBy: KilledBy,
): SandboxPromise {
  return {
    name,
    group: 'limits',
    rests: limit,
    limits: { [limit]: most },
    command,
    kept: result => result.killedBy === killedBy,
  }
}
