import { expect, test } from 'vitest'
import { hintFor } from './diagnosis.ts'

test.each([
  [
    'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
    'engine_denied',
    'rootless',
  ],
  [
    'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?',
    'engine_stopped',
    'systemctl',
  ],
  ['docker info: dial unix /run/x.sock: connect: connection refused', 'engine_stopped', 'systemctl'],
  ['docker: Error: No such image: a/b:1', 'image_missing', 'SANDBOX_IMAGE'],
  ['Error: a/b: image not known', 'image_missing', 'pull or build'],
  ['docker: Unable to find image locally', 'image_missing', 'pull or build'],
  ['Error: unknown flag: --pull', 'engine_old', '20.10'],
  [
    'Error: cannot find UID/GID for user x: no subuid ranges found for user "x" in /etc/subuid',
    'namespaces_denied',
    'usermod',
  ],
  ['exec: "newuidmap": executable file not found in $PATH', 'namespaces_denied', 'uidmap'],
  ['cannot clone: Operation not permitted', 'namespaces_denied', 'sysctl -w'],
  ['user namespaces are not enabled in /proc/sys/user/max_user_namespaces', 'namespaces_denied', 'sysctl -w'],
  ['crun: cgroups in hybrid mode not supported, drop all controllers from cgroupv2', 'cgroups_unfit', 'runc'],
  ['exec /bin/sh: exec format error', 'image_unfit', 'architecture'],
  ['runc: exec: "/bin/sh": stat /bin/sh: no such file or directory', 'image_unfit', '/bin/sh'],
  ['/bin/sh: 1: /opt/node/bin/node: not found', 'image_unfit', 'glibc'],
  ['/tmp cannot be written', 'image_unfit', '1777'],
  ['the engine runs on another machine', 'engine_elsewhere', 'itself'],
  ['its processes are not seen from here', 'engine_elsewhere', 'itself'],
  ['/usr/bin/env could not be run: spawn ENOENT', 'engine_missing', 'apt-get install podman'],
  ['something else', 'launch_failed', 'docker run'],
])('%s is explained as %s', (message, reason, advice) => {
  expect(hintFor(message)).toMatchObject({ reason, says: expect.stringContaining(advice) })
})
