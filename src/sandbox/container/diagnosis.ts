/** Why containers cannot be run here. */
export type ContainerReason =
  | 'engine_missing'
  | 'engine_stopped'
  | 'engine_denied'
  | 'engine_old'
  | 'engine_elsewhere'
  | 'image_missing'
  | 'image_unfit'
  | 'namespaces_denied'
  | 'cgroups_unfit'
  | 'launch_failed'

export type Hint = { reason: ContainerReason; says: string }

/** Why no container can be launched here, and what mends it, by what the engine says. */
export function hintFor(message: string): Hint {
  return HINTS.find(({ pattern }) => pattern.test(message)) ?? UNKNOWN
}

export const ENGINE_MISSING: Hint = {
  reason: 'engine_missing',
  says: 'Neither Podman nor Docker is installed: install one, for instance with `apt-get install podman uidmap`',
}

export const IMAGE_UNNAMED: Hint = {
  reason: 'image_missing',
  says: 'Set SANDBOX_IMAGE to the image with the toolchains in which generated code is to run',
}

export const IMAGE_WITH_VOLUMES: Hint = {
  reason: 'image_unfit',
  says: 'The image declares volumes, which would be written without a limit: build one without `VOLUME`',
}

/** The oldest whose options are used here. */
export const OLDEST = { podman: '4.3', docker: '20.10' }

export const ENGINE_OLD: Hint = {
  reason: 'engine_old',
  says: `This engine is too old: install Podman ${OLDEST.podman} or Docker ${OLDEST.docker}, or newer`,
}

const UNKNOWN: Hint = {
  reason: 'launch_failed',
  says: 'The container could not be launched: run the same image with `podman run` or `docker run` to see why',
}

const STORAGE_OR_SUBIDS =
  'This user has no range of ids for containers: run `usermod --add-subuids 100000-165535 --add-subgids ' +
  '100000-165535 USER`, install `uidmap`, and run `podman system migrate`'

/** The first that matches counts. */
const HINTS: readonly (Hint & { pattern: RegExp })[] = [
  {
    pattern: /permission denied.*(docker|podman)\S*\.sock|(docker|podman)\S*\.sock.*permission denied/is,
    reason: 'engine_denied',
    says:
      'This user may not speak to the engine: use rootless Podman or rootless Docker (`dockerd-rootless-setuptool.sh ' +
      'install`); to join the group `docker` is to become root',
  },
  {
    pattern:
      /Cannot connect to the Docker daemon|Is the docker daemon running|connect: (connection refused|no such file)/i,
    reason: 'engine_stopped',
    says: 'The engine does not run: start it with `systemctl start docker` (rootless: `systemctl --user start docker`)',
  },
  {
    pattern: /No such image|image not known|unable to find image|does not exist in local|pull access denied/i,
    reason: 'image_missing',
    says: 'The image is not on this machine: pull or build what SANDBOX_IMAGE names first, for it is never fetched during a run',
  },
  {
    pattern: /engine runs on another machine|not seen from here/,
    reason: 'engine_elsewhere',
    says: 'The engine runs on another machine, or in a virtual one: use one that runs on this machine itself',
  },
  {
    pattern: /cannot be written/,
    reason: 'image_unfit',
    says: 'The image does not fit: it needs `/tmp` with mode 1777, and no `/home/sandbox` of its own',
  },
  { pattern: /unknown (flag|shorthand flag)|unknown option/i, reason: 'engine_old', says: ENGINE_OLD.says },
  {
    pattern: /(subuid|subgid|newuidmap|newgidmap|not enough (unused )?(u|g)?ids|insufficient UIDs)/i,
    reason: 'namespaces_denied',
    says: STORAGE_OR_SUBIDS,
  },
  {
    pattern:
      /user namespaces? (are|is) not enabled|cannot clone|clone: operation not permitted|unshare.*operation not permitted/is,
    reason: 'namespaces_denied',
    says:
      'This kernel does not let this user create namespaces: run `sysctl -w user.max_user_namespaces=10000 ' +
      'kernel.unprivileged_userns_clone=1`',
  },
  {
    pattern: /cgroups? in hybrid mode|cgroup.*(not mounted|no such file|permission denied|read-only)/i,
    reason: 'cgroups_unfit',
    says:
      'The engine cannot use the control groups of this machine: boot it with `systemd.unified_cgroup_hierarchy=1`, ' +
      'or let Podman use the other runtime (`runc` or `crun`, by `runtime` in containers.conf)',
  },
  {
    pattern:
      /exec format error|"?\/bin\/sh"?: (stat|no such file)|\/bin\/sh.*not found|\/opt\/node|GLIBC|error while loading shared libraries/i,
    reason: 'image_unfit',
    says:
      'The image does not fit: it needs `/bin/sh`, the libraries of a Linux with glibc and libstdc++, and the ' +
      'architecture of this machine',
  },
  {
    pattern: /could not be run|ENOENT/,
    reason: 'engine_missing',
    says: ENGINE_MISSING.says,
  },
]
