import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/**
 * Podman's own list of system calls lets a container make user namespaces and mount in them, so that containers can be
 * built inside; Docker's does not. Generated code has no use for it, and much of the kernel is reached only that way.
 */
const RULE = z.looseObject({ names: z.array(z.string()), action: z.string() })
const PROFILE = z.looseObject({ defaultAction: z.string(), syscalls: z.array(RULE) })
type Profile = z.infer<typeof PROFILE>

const ALLOW = 'SCMP_ACT_ALLOW'

const OF_NAMESPACES = [
  ...['unshare', 'setns', 'clone', 'clone3', 'chroot', 'pivot_root', 'keyctl', 'add_key', 'request_key'],
  ...['mount', 'umount', 'umount2', 'mount_setattr', 'move_mount', 'open_tree'],
  ...['fsopen', 'fsconfig', 'fsmount', 'fspick'],
]

/** `CLONE_NEWNS`, `NEWCGROUP`, `NEWUTS`, `NEWIPC`, `NEWUSER`, `NEWPID` and `NEWNET` (clone(2)). */
const NEW_NAMESPACES = 0x7e020000
const ENOSYS = 38

/** The profile at this path with no way to another namespace; null where it cannot be read. */
export async function readProfile(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : JSON.stringify(withoutNamespaces(PROFILE.parse(JSON.parse(text))))
}

/** Libraries fall back from `clone3`, whose flags no filter can see, to `clone` when it seems not to be there. */
export function withoutNamespaces(profile: Profile): Profile {
  return { ...profile, syscalls: [...profile.syscalls.flatMap(withoutThose), ...OF_OURS] }
}

function withoutThose(rule: Profile['syscalls'][number]): Profile['syscalls'] {
  const names = rule.names.filter(name => !OF_NAMESPACES.includes(name))
  return names.length === 0 ? [] : [{ ...rule, names }]
}

const OF_OURS: Profile['syscalls'] = [
  {
    names: ['clone'],
    action: ALLOW,
    args: [{ index: 0, value: NEW_NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
  },
  { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS, errno: 'ENOSYS' },
]
