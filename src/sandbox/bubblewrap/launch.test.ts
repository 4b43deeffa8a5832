import { expect, test } from 'vitest'
import type { RunSpec } from '../backend.ts'
import { limitsFor } from '../limits.ts'
import { doorway, NO_DOORWAY } from './doorway.ts'
import { type LaunchFacts, launchArguments, sourcesOf } from './launch.ts'

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
}
const spec: RunSpec = { workspace: '/data/ws', phase: 'test', command: ['echo', 'a b'], env: { A: '1' } }

function line(changed: Partial<LaunchFacts> = {}, changedSpec: Partial<RunSpec> = {}): string {
  const all = { ...spec, ...changedSpec }
  return launchArguments(all, limitsFor(all.phase, all.limits), { ...facts, ...changed }).join(' ')
}

test.each([
  ['every namespace is new and no further one can be made', '--unshare-all --unshare-user --disable-userns'],
  ['no capability is left', '--cap-drop ALL'],
  ['the environment starts empty', '--clearenv'],
  ['the command is process 1 and dies with its parent', '--die-with-parent --new-session --as-pid-1'],
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
  const door = doorway(sourcesOf(spec, facts), { unshare: '/usr/bin/unshare', places: ['/data', '/mnt'] })
  const said = line({ doorway: door, uid: 1234 })
  expect(said).toMatch(/^\/usr\/bin\/unshare --mount --propagation private -- \/bin\/sh -c /)
  expect(said).toContain('door /mnt /usr/bin/bwrap /data/ws /data/etc /data/node -- /usr/bin/setpriv')
  expect(said).toContain('--bind /mnt/1 /workspace')
  expect(said).toContain('--ro-bind /mnt/2/passwd /etc/passwd')
  expect(said).not.toContain('bind /data')
})
