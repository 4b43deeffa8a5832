import { expect, test } from 'vitest'
import { hintFor, missingTool } from './diagnosis.ts'

const start = 'the sandbox did not start: '

test.each([
  [
    'bwrap: No permissions to create new namespace, likely because the kernel',
    'namespaces_denied',
    'sysctl -w',
  ],
  ['bwrap: setting up uid map: Permission denied', 'namespaces_denied', 'apparmor_restrict'],
  ['bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted', 'namespaces_denied', 'sysctl -w'],
  [
    'bwrap: Creating new namespace failed: No space left on device',
    'namespaces_denied',
    'max_user_namespaces',
  ],
  [
    "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
    'proc_masked',
    'systempaths=unconfined',
  ],
  ['unshare: unshare failed: Operation not permitted', 'mount_denied', '0711'],
  ['mount: /mnt: permission denied.', 'mount_denied', '0711'],
  ['bwrap: Unknown option --disable-userns', 'bwrap_old', '0.8'],
  ['something else', 'launch_failed', 'by hand'],
])('%s is explained as %s', (message, reason, advice) => {
  expect(hintFor(start + message)).toMatchObject({ reason, says: expect.stringContaining(advice) })
})

test('a missing tool names the package that has it', () => {
  expect(missingTool('bwrap')).toMatchObject({
    reason: 'bwrap_missing',
    says: expect.stringContaining('bubblewrap'),
  })
  expect(missingTool('setpriv').says).toContain('apt-get install util-linux')
})
