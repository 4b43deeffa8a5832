import { type Refusal, refuse } from '../../failure.ts'
import type { DetectionReason } from '../backend.ts'
import type { Tool } from './host.ts'

/** Why no sandbox can be launched here, and what mends it, by what the tools say. */
export function hintFor(message: string): { reason: DetectionReason; says: string } {
  const hint = HINTS.find(({ pattern }) => pattern.test(message))
  return (
    hint ?? {
      reason: 'launch_failed',
      says: 'The sandbox could not be launched: run `bwrap` by hand to see why',
    }
  )
}

/** A tool that is not there, and the command that installs it. */
export function missingTool(name: Tool): Refusal<'bwrap_missing' | 'tool_missing'> {
  if (name === 'bwrap') return refuse('bwrap_missing', INSTALL_BWRAP)
  return refuse('tool_missing', `\`${name}\` is missing: install it with \`apt-get install util-linux\`.`)
}

const INSTALL_BWRAP =
  'Bubblewrap is missing: install it with `apt-get install bubblewrap` (or `dnf`, `apk add`, `pacman -S`).'

const OPEN_NAMESPACES =
  'This kernel does not let this user create namespaces: run `sysctl -w user.max_user_namespaces=10000 ' +
  'kernel.unprivileged_userns_clone=1`, and on Ubuntu 24.04 or newer also `sysctl -w ' +
  'kernel.apparmor_restrict_unprivileged_userns=0`; in a container, start it with `--security-opt seccomp=unconfined`'

const UNMASK_PROC =
  'This container hides parts of /proc: start it with `--security-opt systempaths=unconfined ' +
  '--security-opt seccomp=unconfined`'

const ALLOW_MOUNT =
  'Root may not mount here, and the data lies where other users cannot go: move the data directory to one with ' +
  'mode 0711 below directories that everybody may pass, or start the container with `--cap-add SYS_ADMIN`'

/** The first that matches counts. */
const HINTS: readonly { pattern: RegExp; reason: DetectionReason; says: string }[] = [
  { pattern: /bwrap.* could not be run|ENOENT/, reason: 'bwrap_missing', says: INSTALL_BWRAP },
  {
    pattern: /Unknown option|unrecognized option/,
    reason: 'bwrap_old',
    says: 'This bubblewrap is too old: install 0.8 or newer (Debian 12 and Ubuntu 24.04 have it by `apt-get install bubblewrap`)',
  },
  { pattern: /^the sandbox did not start: (unshare|mount):/, reason: 'mount_denied', says: ALLOW_MOUNT },
  { pattern: /mount proc|max_user_namespaces: Read-only/, reason: 'proc_masked', says: UNMASK_PROC },
  {
    pattern: /namespace|uid map|gid map|RTM_NEWADDR|make \/ slave|Operation not permitted/,
    reason: 'namespaces_denied',
    says: OPEN_NAMESPACES,
  },
]
