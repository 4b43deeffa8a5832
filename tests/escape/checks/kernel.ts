import { call, each, python, sh } from '../attempts.ts'
import { answers, type Check, prints, type RunCheck } from '../check.ts'

const REFUSED = ['EPERM', 'ENOSYS', 'EACCES'] as const

/** Namespaces by their flags of clone(2). */
const NAMESPACES = {
  mount: 0x20000,
  control: 0x2000000,
  name: 0x4000000,
  ipc: 0x8000000,
  user: 0x10000000,
  process: 0x20000000,
  network: 0x40000000,
}

/** What a run may ask of the kernel. */
export const kernel: readonly Check[] = [
  ...Object.entries(NAMESPACES).map(
    ([name, flag]): RunCheck => ({
      name: `no ${name} namespace can be made`,
      command: python(
        `print('unshare', call('unshare', ${flag}))
child = libc.syscall(ctypes.c_long(56 if os.uname().machine != 'aarch64' else 220), ctypes.c_long(${flag} | 17), 0, 0, 0, 0)
if child == 0: os._exit(0)
print('clone', 'ok' if child > 0 else named(ctypes.get_errno()))
box = ctypes.create_string_buffer(struct.pack('QQQQQQQQ', ${flag}, 0, 0, 0, 17, 0, 0, 0), 64)
child = libc.syscall(ctypes.c_long(435), box, ctypes.c_long(64))
if child == 0: os._exit(0)
print('clone3', 'ok' if child > 0 else named(ctypes.get_errno()))`,
      ),
      holds: answers(...REFUSED, 'ENOSPC'),
      bare: true,
    }),
  ),
  {
    name: 'no namespace of the machine is shared',
    command: python(
      `for name in os.environ['BAIT_NAMESPACES'].split():
    print(name, os.readlink('/proc/self/ns/' + name.split(':')[0]) not in name or 'shared')`,
    ),
    holds: answers('True'),
    bare: true,
  },
  {
    name: 'no namespace can be entered',
    command: python(
      `for name in ['user', 'mnt', 'net', 'pid', 'ipc', 'uts']:
    print(name, call('setns', os.open('/proc/self/ns/' + name, os.O_RDONLY), 0))`,
    ),
    holds: answers(...REFUSED, 'EINVAL'),
    bare: true,
  },
  refused('nothing can be mounted', call('mount', "b'none', b'/tmp', b'tmpfs', 0, None")),
  refused('nothing can be mounted in the new way', call('fsopen', "b'tmpfs', 0")),
  refused('no mount can be copied', call('open_tree', '-100, b"/", 1')),
  refused('no mount can be changed', call('mount', 'None, b"/usr", None, 0x1020, None')),
  refused('the root cannot be exchanged', call('pivot_root', 'b"/tmp", b"/tmp"')),
  refused('the root cannot be changed', call('chroot', 'b"/tmp"')),
  free(
    'no program can be loaded into the kernel',
    call(
      'bpf',
      '0, ctypes.create_string_buffer(struct.pack("IIIIIIQ", 2, 4, 4, 1, 0, 0, 0) + bytes(96)), 128',
    ),
  ),
  free(
    'the performance counters are closed',
    call(
      'perf_event_open',
      'ctypes.create_string_buffer(struct.pack("IIQQQQQ", 1, 112, 0, 0, 0, 0, 0x61) + bytes(64)), 0, -1, -1, 0',
    ),
  ),
  free('no key can be added', call('add_key', "b'user', b'escape', b'x', 1, -2")),
  free('no keyring can be joined', call('keyctl', '0, -2, 1')),
  free('no key can be asked for', call('request_key', "b'user', b'escape', None, -2")),
  free('no ring of requests can be made', call('io_uring_setup', '1, ctypes.create_string_buffer(120)')),
  free('no fault of memory can be handled outside the kernel', call('userfaultfd', '1')),
  refused('no other kernel can be loaded', call('kexec_load', '0, 0, None, 0')),
  refused(
    'no module can be loaded',
    python("print(call('init_module', b'', 0, b''))\nprint(call('finit_module', 0, b'', 0))"),
  ),
  free(
    'the file of a handle cannot be opened',
    python(
      `box = ctypes.create_string_buffer(struct.pack('II', 64, 0) + bytes(64))
mounted = ctypes.c_int()
print('name', call('name_to_handle_at', -100, b'/usr', box, ctypes.byref(mounted), 0))
print('open', call('open_by_handle_at', os.open('/usr', os.O_RDONLY), box, 0))`,
    ),
    'EOPNOTSUPP',
    'ESTALE',
  ),
  free('the kernel does not tell its messages', call('syslog', '3, ctypes.create_string_buffer(64), 64')),
  refused('the machine cannot be stopped', call('reboot', '0xfee1dead, 672274793, 0, None')),
  refused(
    'the swap and the accounting of the machine cannot be changed',
    python(
      "print(call('swapon', b'/tmp', 0))\nprint(call('acct', b'/nowhere'))\nprint(call('quotactl', 0, None, 0, None))",
    ),
    'ENOENT',
    'ENODEV',
  ),
  {
    name: 'the clock of the machine cannot be set',
    command: python('print(tried(lambda: time.clock_settime(time.CLOCK_REALTIME, time.time())))'),
    holds: answers('EPERM', 'ENOSYS'),
  },
  {
    name: 'the name of the machine is not told and cannot be changed',
    command: python("print(socket.gethostname(), tried(lambda: socket.sethostname('x')))"),
    holds: prints('sandbox EPERM', 'sandbox ENOSYS'),
  },
  free(
    'the execution domain cannot be changed',
    python("print(call('personality', 0x0400000))\nprint(call('personality', 0x0040000))"),
  ),
  {
    name: 'the memory of a process of the machine cannot be read',
    command: python(
      `box = ctypes.create_string_buffer(8)
here = ctypes.create_string_buffer(struct.pack('QQ', ctypes.addressof(box), 8))
print(call('process_vm_readv', int(os.environ['BAIT_PID']), here, 1, here, 1, 0))`,
    ),
    holds: answers('ESRCH', 'EPERM', 'ENOSYS'),
  },
  {
    name: 'a process of the machine cannot be held by a descriptor',
    command: call('pidfd_open', "int(os.environ['BAIT_PID']), 0"),
    holds: answers('ESRCH', 'EPERM', 'ENOSYS', 'EINVAL'),
    bare: true,
  },
  {
    name: 'a system call that nobody knows is not there',
    command: call('unknown'),
    holds: answers('ENOSYS'),
  },
  {
    name: 'the system calls of 32-bit programs are closed',
    command: foreign('b8 14 00 00 00 cd 80 c3'),
    holds: prints('killed', 'elsewhere'),
    bare: true,
  },
  {
    name: 'the system calls of x32 programs are closed',
    command: foreign('b8 27 00 00 40 0f 05 c3'),
    holds: prints('killed', 'elsewhere', 'refused'),
  },
  {
    name: 'a filter of system calls is on',
    command: sh('grep ^Seccomp: /proc/self/status | tr -d "\\t"'),
    holds: prints('Seccomp:2'),
    bare: true,
  },
  {
    name: 'no capability is held or can be had',
    command: sh('grep -E "^Cap(Inh|Prm|Eff|Bnd|Amb)" /proc/self/status | cut -f2 | sort -u'),
    holds: prints('0000000000000000'),
    bare: true,
  },
  {
    name: 'no new privilege can be had',
    command: sh('grep ^NoNewPrivs /proc/self/status | tr -d "\\t"'),
    holds: prints('NoNewPrivs:1'),
    bare: true,
  },
  {
    name: 'nobody inside can become another',
    command: each(
      ['os.setuid(0)', 'os.setgid(0)', 'os.setgroups([0])', 'os.setuid(1)', 'os.setresuid(0, 0, 0)'],
      'eval(it)',
    ),
    holds: answers('EPERM', 'EINVAL'),
    bare: true,
  },
  {
    name: 'the user inside has one id, one group, and is not root to the machine',
    command: python(
      "print(os.getuid(), os.getgid(), os.getgroups() in ([], [1000], [65534], [1000, 65534]), open('/proc/self/uid_map').read().split()[0])",
    ),
    holds: ({ stdout }) => /^1000 1000 True 1000\n$/.test(stdout),
    bare: true,
  },
  {
    name: 'programs that make their caller root do not',
    command: sh(
      'for it in su mount newuidmap passwd; do [ -u "$(command -v $it)" ] && echo $it; done; su -c id < /dev/null 2>&1 | grep -c uid=0; cp /bin/sh x; chmod 6755 x; ./x -c "id -u"',
    ),
    holds: ({ stdout }) => stdout.split('\n').slice(-3).join(' ') === '0 1000 ',
  },
  {
    name: 'the map of users cannot be written',
    command: each(
      ['uid_map', 'gid_map', 'setgroups', 'projid_map'],
      "os.write(os.open('/proc/self/' + it, os.O_WRONLY), b'0 0 1')",
    ),
    holds: answers('EPERM', 'EACCES', 'EROFS', 'EINVAL'),
  },
  {
    name: 'no process can be traced, not even an own one',
    command: python(
      `child = os.fork()
if child == 0: time.sleep(60)
print(call('ptrace', 0x4206, child, 0, 0))
os.kill(child, signal.SIGKILL)`,
    ),
    holds: answers(...REFUSED),
    bare: true,
  },
]

function refused(name: string, command: string[], ...also: string[]): RunCheck {
  return { name, command, holds: answers(...REFUSED, ...also) }
}

/** Refused, while outside anybody on most machines, or at least root, may. */
function free(name: string, command: string[], ...also: string[]): RunCheck {
  return { ...refused(name, command, ...also), bare: true }
}

/** Machine code of x86-64 that makes one system call (getpid) by a door for other programs; run in a child. */
function foreign(code: string): string[] {
  return python(
    `import mmap
if os.uname().machine != 'x86_64': print('elsewhere'); sys.exit()
child = os.fork()
if child == 0:
    place = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
    place.write(bytes.fromhex('${code}'))
    address = ctypes.addressof(ctypes.c_char.from_buffer(place))
    os._exit(1 if ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0 else 2)
print({'killed': 'killed', 1: 'ok', 2: 'refused'}[waited(child)])`,
  )
}
