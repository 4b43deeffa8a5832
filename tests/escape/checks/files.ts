import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { each, python, reads, sh } from '../attempts.ts'
import { answers, type Check, prints, type RunCheck, witnessed } from '../check.ts'

/** What is on the disk of the machine, and what may be written. */
export const files: readonly Check[] = [
  {
    name: "the machine's shadow files cannot be read",
    command: reads('/etc/shadow', '/etc/gshadow'),
    holds: answers('ENOENT'),
    bare: true,
  },
  {
    name: "root's home and its keys are not there",
    command: each(['/root', '/root/.ssh', '/root/.bash_history', '/root/.npmrc'], 'os.stat(it)'),
    holds: answers('ENOENT'),
    bare: true,
  },
  {
    name: 'nobody else has a home',
    command: python('print(os.listdir("/home"))'),
    holds: prints("['sandbox']"),
    bare: true,
  },
  ofBait('a file that everybody on the machine may read is not there', 'BAIT_FILE'),
  ofBait('the data directory of the supervisor is not there', 'BAIT_DATA'),
  {
    name: 'the workspaces of other runs are not there',
    command: python('print(tried(lambda: os.listdir(os.environ["BAIT_STATE"])))'),
    holds: answers('ENOENT'),
    bare: true,
  },
  {
    name: 'the accounts of the machine are not told',
    command: python('print(*[open(it).read().count("\\n") for it in ["/etc/passwd", "/etc/group"]])'),
    holds: prints('2 2'),
    bare: true,
  },
  {
    name: 'of the configuration of the machine only what programs need is there',
    command: each(
      ['sudoers', 'ssh', 'machine-id', 'fstab', 'apt', 'cron.d', 'systemd', 'pam.d'].map(
        name => `/etc/${name}`,
      ),
      'os.stat(it)',
    ),
    holds: answers('ENOENT'),
    bare: true,
  },
  {
    name: 'the sockets of container engines and of the system are not there',
    command: each(
      ['docker.sock', 'containerd/containerd.sock', 'podman/podman.sock', 'dbus/system_bus_socket'].flatMap(
        name => [`/run/${name}`, `/var/run/${name}`],
      ),
      'os.stat(it)',
    ),
    holds: answers('ENOENT'),
  },
  {
    name: 'nothing is in the directories of the system that programs do not need',
    command: python(
      'places = ["/run", "/var", "/srv", "/mnt", "/media", "/boot", "/sys"]\nprint(sum(len(os.listdir(it)) for it in places if os.path.isdir(it)))',
    ),
    holds: prints('0'),
    bare: true,
  },
  {
    name: 'what the machine keeps in /usr and is no toolchain is hidden',
    command: python(
      'print(sum(len(os.listdir(it)) for it in ["/usr/src", "/usr/etc"] if os.path.isdir(it)))',
    ),
    holds: prints('0'),
  },
  {
    name: 'neither root nor directory of a process is a way out',
    command: reads(
      '/proc/1/root/etc/shadow',
      '/proc/self/root/etc/shadow',
      '/proc/1/cwd/../etc/shadow',
      '/workspace/../etc/shadow',
    ),
    holds: answers('ENOENT', 'EACCES', 'EPERM'),
    bare: true,
  },
  {
    name: 'a descriptor of a directory inside is no way out',
    command: python(
      `top = os.open('/', os.O_RDONLY)
for _ in range(30): top = os.open('..', os.O_RDONLY, dir_fd=top)
print(tried(lambda: os.open('etc/shadow', os.O_RDONLY, dir_fd=top)))`,
    ),
    holds: answers('ENOENT'),
    bare: true,
  },
  {
    name: 'no setting of the kernel can be changed',
    command: each(
      [
        'kernel/core_pattern',
        'kernel/modprobe',
        'kernel/hostname',
        'net/ipv4/ip_forward',
        'vm/drop_caches',
      ].map(name => `/proc/sys/${name}`),
      'os.close(os.open(it, os.O_WRONLY))',
    ),
    holds: answers('EROFS', 'EACCES', 'EPERM', 'ENOENT'),
    bare: true,
  },
  {
    name: 'the kernel takes no order by a file',
    command: each(
      ['/proc/sysrq-trigger', '/sys/kernel/uevent_helper', '/sys/power/state', '/sys/fs/cgroup/cgroup.procs'],
      'os.close(os.open(it, os.O_WRONLY))',
    ),
    holds: answers('EROFS', 'EACCES', 'EPERM', 'ENOENT'),
  },
  {
    name: 'the memory and the messages of the kernel cannot be read',
    command: reads('/dev/mem', '/dev/kmem', '/dev/port', '/proc/kcore', '/dev/kmsg', '/proc/kmsg'),
    holds: answers('ENOENT', 'EACCES', 'EPERM'),
  },
  {
    name: 'only harmless devices are in /dev',
    command: python(
      `harmless = {'core', 'fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero'}
print(sorted(set(os.listdir('/dev')) - harmless), os.listdir('/dev/pts'))`,
    ),
    holds: prints("[] ['ptmx']"),
    bare: true,
  },
  {
    name: 'no device can be made',
    command: each(
      ['/tmp/x', '/workspace/x', '/dev/shm/x'],
      'os.mknod(it, stat.S_IFCHR | 0o666, os.makedev(1, 3))',
    ),
    holds: answers('EPERM'),
  },
  {
    name: 'nothing can be written but the workspace, the home and the scratch directories',
    command: each(
      [
        ...['/', '/usr', '/usr/bin', '/usr/lib', '/usr/local', '/etc', '/etc/ssl/certs', '/opt', '/opt/node'],
        ...['/opt/botwright', '/dev', '/proc', '/run', '/bin', '/lib', '/var', '/srv'],
      ],
      "open(it + '/planted', 'w')",
    ),
    holds: answers('EROFS', 'EACCES', 'ENOENT', 'EPERM'),
  },
  {
    name: 'the programs that we bring cannot be changed',
    command: each(
      ['/opt/node/bin/node', '/opt/botwright/static-server.mjs', '/etc/passwd', '/etc/hosts', '/usr/bin/env'],
      'os.close(os.open(it, os.O_WRONLY))',
    ),
    holds: answers('EROFS', 'EACCES', 'EPERM', 'ETXTBSY'),
    bare: true,
  },
  {
    name: 'the workspace, the home and the scratch directories can be written',
    command: each(['/workspace', '/home/sandbox', '/tmp', '/dev/shm'], "open(it + '/own', 'w')"),
    holds: answers('ok'),
  },
  {
    name: 'a read-only workspace cannot be written',
    command: each(['made', 'given'], "open('/workspace/' + it, 'w')"),
    files: { given: '' },
    spec: { readOnly: true },
    holds: answers('EROFS'),
  },
  {
    name: 'a further mount cannot be written, nor made so',
    command: python(
      `def plant():
    open('/opt/more/planted', 'w')
    os.unlink('/opt/more/planted')
print(tried(plant))
print(call('mount', None, b'/opt/more', None, 0x1020, None))`,
    ),
    // Outside, everybody may write there.
    spec: { mounts: [{ host: '/var/tmp', inside: '/opt/more' }] },
    holds: ({ stdout }) => /^EROFS\n(EPERM|ENOSYS)\n$/.test(stdout),
  },
  {
    name: 'what only root may read cannot be read, not even where it is mounted',
    command: reads('/opt/shadow'),
    spec: { mounts: [{ host: '/etc/shadow', inside: '/opt/shadow' }] },
    holds: answers('EACCES'),
  },
  {
    name: 'what a run makes does not belong to root',
    command: sh('touch made'),
    witness: async ({ dir }) => `${(await stat(join(dir, 'made'))).uid === 0}`,
    holds: witnessed('false'),
  },
  {
    name: 'the machine has no link into the workspace or out of it',
    command: each(['/usr/bin/env', '/etc/passwd', '/opt/node/bin/node'], "os.link(it, '/workspace/linked')"),
    holds: answers('EXDEV', 'EPERM'),
  },
  {
    name: 'the environment holds nothing of the supervisor',
    command: sh('env | cut -d= -f1 | grep -v ^BAIT_ | sort | tr "\\n" " "'),
    holds: prints('HOME LANG NODE_OPTIONS NO_COLOR PATH PWD TMPDIR TZ'),
  },
  {
    name: 'no descriptor of the supervisor is inherited',
    command: python(
      `for fd in sorted(map(int, os.listdir('/proc/self/fd'))):
    try: print(fd, os.readlink(f'/proc/self/fd/{fd}').split('/')[-1].split(':')[0])
    except FileNotFoundError: pass`,
    ),
    holds: ({ stdout }) =>
      stdout
        .trim()
        .split('\n')
        .every(line => /^\d+ (null$|pipe)/.test(line)),
  },
]

function ofBait(name: string, variable: string): RunCheck {
  const command = python(`print(tried(lambda: open(os.environ['${variable}']).read()))`)
  return { name, command, holds: answers('ENOENT'), bare: true }
}
