import { expect, test } from 'vitest'
import type { RunSpec } from '../backend.ts'
import { limitsFor } from '../limits.ts'
import { joining } from './cgroups.ts'
import { doorway, NO_DOORWAY } from './doorway.ts'
import { type LaunchFacts, launchArguments, sourcesOf } from './launch.ts'
import { LAYERS, layersWithout } from './layers.ts'

const facts: LaunchFacts = {
  bwrap: '/usr/bin/bwrap',
  setpriv: '/usr/bin/setpriv',
  prlimit: '/usr/bin/prlimit',
  rootDirectories: [
    { path: '/bin', linkTo: 'usr/bin' },
    { path: '/lib', linkTo: null },
  ],
  masked: ['/usr/local'],
  etc: '/data/etc',
  fixtures: [{ host: '/data/node', inside: '/opt/node/bin/node' }],
  searchPath: '/usr/bin',
  uid: null,
  mark: 'mark',
  doorway: NO_DOORWAY,
  joining: [],
  holds: layersWithout(),
}
const spec: RunSpec = { workspace: '/data/ws', phase: 'test', command: ['echo', 'a b'], env: { A: '1' } }

function line(changed: Partial<LaunchFacts> = {}, changedSpec: Partial<RunSpec> = {}): string {
  const all = { ...spec, ...changedSpec }
  return launchArguments(all, limitsFor(all.phase, all.limits), { ...facts, ...changed }).join(' ')
}

test.each([
  ['no further user namespace can be made', '--unshare-user --uid 1000 --gid 1000 --disable-userns'],
  ['there is no network', '--unshare-net'],
  ['other processes are not seen', '--unshare-pid --as-pid-1'],
  ['other namespaces are new', '--unshare-ipc --unshare-uts --hostname sandbox --unshare-cgroup-try'],
  ['no capability is left', '--cap-drop ALL'],
  ['the environment starts empty', '--clearenv'],
  ['the command dies with its parent', '--die-with-parent --new-session'],
  ['system calls are filtered', '--seccomp 4'],
  ['a merged directory is a link', '--symlink usr/bin /bin'],
  ['a directory of its own is bound', '--ro-bind /lib /lib'],
  ['a masked directory is empty and read-only', '--size 4096 --tmpfs /usr/local --remount-ro /usr/local'],
  ['passwd is synthetic', '--ro-bind /data/etc/passwd /etc/passwd'],
  ['what we bring is read-only', '--ro-bind /data/node /opt/node/bin/node'],
  [
    'the workspace can be written, and the root not',
    '--bind /data/ws /workspace --ro-bind /data/node /opt/node/bin/node --chdir /workspace --remount-ro /',
  ],
  ['the variables of the run are set', '--setenv A 1'],
  ['the mark stands before the command', '-- /bin/sh -c "$@"; exit $? mark echo a b'],
])('%s', (_, part) => {
  expect(line()).toContain(part)
})

test('a tmpfs is never without a size', () => {
  const words = line().split(' ')
  for (const [at, word] of words.entries()) if (word === '--tmpfs') expect(words[at - 2]).toBe('--size')
  expect(words).toContain('--tmpfs')
})

test('the limits become rlimits', () => {
  const limits = { cpuSeconds: 7, fileBytes: 11, openFiles: 13, processes: 17, memoryBytes: 19 }
  const said = line({}, { limits })
  for (const part of ['--cpu=8:9', '--fsize=11', '--nofile=13', '--nproc=17', '--data=38', '--core=0']) {
    expect(said).toContain(part)
  }
})

test('a read-only workspace is bound so', () => {
  expect(line({}, { readOnly: true })).toContain('--ro-bind /data/ws /workspace')
})

test('as root the user is given up before bubblewrap starts', () => {
  expect(line({ uid: 1234 })).toMatch(
    /^\/usr\/bin\/setpriv --reuid=1234 --regid=1234 --clear-groups --inh-caps=-all --no-new-privs \/usr\/bin\/bwrap /,
  )
  expect(line()).toMatch(/^\/usr\/bin\/bwrap /)
})

test('through a doorway every source is found by its number', () => {
  const machine = {
    unshare: '/usr/bin/unshare',
    mount: '/usr/bin/mount',
    places: ['/data', '/mnt'],
    dir: '/run/1',
  }
  const said = line({ doorway: doorway(sourcesOf(spec, facts), machine), uid: 1234 })
  expect(said).toMatch(/^\/usr\/bin\/unshare --mount --propagation private -- \/bin\/sh -c /)
  expect(said).toContain('door /usr/bin/mount /run/1/doors.fstab -- /usr/bin/setpriv')
  const inner = said.slice(said.indexOf('/usr/bin/setpriv'))
  expect(inner).toContain('--bind /mnt/1 /workspace')
  expect(inner).toContain('--ro-bind /mnt/2/passwd /etc/passwd')
  expect(inner).not.toContain('bind /data')
})

test('the group is joined before anything else', () => {
  const join = joining({ entrances: ['/cg/memory/m/cgroup.procs'] })
  expect(line({ joining: join, uid: 1234 })).toMatch(
    /^\/bin\/sh -c .* join \/cg\/memory\/m\/cgroup\.procs -- \/usr/,
  )
})

test('every layer that is arguments changes them when it is missing', () => {
  const whole = line({ uid: 1234, joining: ['join'] })
  const others = ['cgroup', 'descriptors', 'poll', 'wall-limit', 'output-limit', 'mark-kill']
  for (const name of LAYERS.filter(layer => !others.includes(layer))) {
    const holds = layersWithout([name])
    expect([name, line({ uid: 1234, joining: ['join'], holds })]).not.toEqual([name, whole])
  }
})
