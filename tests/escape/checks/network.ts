import { each, node, python, sh } from '../attempts.ts'
import { answers, type Check, prints, type RunCheck } from '../check.ts'

const UNREACHED = ['ECONNREFUSED', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTUNREACH'] as const
const NO_SUCH_SOCKET = ['EPERM', 'EACCES', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ENOSYS', 'EINVAL'] as const

/** A run talks to itself and to nobody else. */
export const network: readonly Check[] = [
  {
    name: 'there is no interface but the loopback',
    command: python(
      "print([name for _, name in socket.if_nameindex()], open('/proc/net/route').read().count('\\n'))",
    ),
    holds: prints("['lo'] 1"),
    bare: true,
  },
  {
    name: 'a run can talk to itself on its loopback',
    command: python(
      `server = socket.create_server(('127.0.0.1', 0))
print(tried(lambda: socket.create_connection(server.getsockname(), 2)))`,
    ),
    holds: answers('ok'),
  },
  connects('a port of the machine on 127.0.0.1 cannot be reached', "'127.0.0.1'", 'BAIT_PORT'),
  connects(
    "a port on the machine's own address cannot be reached",
    "os.environ['BAIT_ADDRESS']",
    'BAIT_ADDRESS_PORT',
  ),
  connects('a port of the machine on IPv6 cannot be reached', "'::1'", 'BAIT_PORT_6'),
  {
    name: 'an abstract socket of the machine cannot be reached',
    command: python(
      "print(tried(lambda: socket.socket(socket.AF_UNIX).connect('\\0' + os.environ['BAIT_ABSTRACT'])))",
    ),
    holds: answers('ECONNREFUSED'),
    bare: true,
  },
  {
    name: 'a socket of the machine in its /tmp cannot be reached',
    command: python("print(tried(lambda: socket.socket(socket.AF_UNIX).connect(os.environ['BAIT_SOCKET'])))"),
    holds: answers('ENOENT'),
    bare: true,
  },
  {
    name: 'the machine has no connection to list',
    command: python(
      "print(*[max(0, open('/proc/net/' + it).read().count('\\n') - 1) for it in ['tcp', 'udp', 'raw']])",
    ),
    holds: prints('0 0 0'),
  },
  {
    name: 'the abstract sockets of the machine are not listed',
    command: python("print(os.environ['BAIT_ABSTRACT'] in open('/proc/net/unix').read())"),
    holds: prints('False'),
    bare: true,
  },
  {
    name: 'no name is looked up outside',
    command: python(
      `for name in ['example.com', 'localhost.localdomain', 'metadata.google.internal']:
    try: socket.getaddrinfo(name, 80); print(name, 'ok')
    except socket.gaierror: print(name, 'unknown')`,
    ),
    holds: answers('unknown'),
  },
  {
    name: 'no datagram leaves',
    command: each(
      ['192.0.2.1', '169.254.169.254', '8.8.8.8', '224.0.0.1', '255.255.255.255'],
      "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', (it, 53))",
    ),
    holds: answers('ENETUNREACH', 'EACCES'),
    bare: true,
  },
  {
    name: 'no connection leaves over IPv6',
    command: each(
      ['2001:db8::1', 'fd00::1', 'ff02::1'],
      "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', (it, 53))",
    ),
    holds: answers('ENETUNREACH', 'EADDRNOTAVAIL'),
  },
  {
    name: 'no raw socket and no packet socket can be made',
    command: python(
      `for name, family, kind, protocol in [('icmp', socket.AF_INET, socket.SOCK_RAW, 1), ('tcp', socket.AF_INET, socket.SOCK_RAW, 6), ('six', socket.AF_INET6, socket.SOCK_RAW, 58), ('packet', 17, socket.SOCK_RAW, 0x300), ('cooked', 17, socket.SOCK_DGRAM, 0x300)]:
    print(name, tried(lambda: socket.socket(family, kind, protocol)))`,
    ),
    holds: answers(...NO_SUCH_SOCKET),
    bare: true,
  },
  family('the virtual machine host cannot be called', [40]),
  family('the cipher sockets of the kernel are closed', [38]),
  family('rare families of sockets are closed', [4, 5, 9, 10 + 5, 21, 26, 29, 30, 31, 39, 41, 42, 43, 44]),
  {
    name: 'of the netlink families only that of routes is open',
    command: each(
      [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 19, 20, 21],
      'socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, it)',
    ),
    holds: answers(...NO_SUCH_SOCKET),
    bare: true,
  },
  {
    name: 'the loopback cannot be configured',
    command: python(
      `import fcntl
plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print(tried(lambda: fcntl.ioctl(plain, 0x8914, struct.pack('16sH14x8x', b'lo', 0x49))))`,
    ),
    holds: answers('EPERM', 'EACCES'),
  },
  {
    name: 'a proxy that the machine may be told to use is not told inside',
    command: sh('env | grep -ci proxy'),
    holds: prints('0'),
  },
  {
    name: 'a web client inside reaches nothing',
    command: node(
      "for (const host of ['192.0.2.1', '127.0.0.1:' + process.env.BAIT_PORT]) fetch('http://' + host).catch(error => console.log(host, error.cause.code))",
    ),
    holds: answers('ECONNREFUSED', 'ENETUNREACH'),
    bare: true,
  },
  ...(['scripts', 'lint', 'build', 'test', 'serve', 'prove', 'fetch', 'engine'] as const).map(
    (phase): RunCheck => ({
      name: `the phase ${phase} has no network of the machine`,
      command: sh('cut -d: -f1 /proc/net/dev | tail -n +3; tail -n +2 /proc/net/route | wc -l'),
      spec: { phase },
      holds: ({ stdout }) => stdout.replace(/\s+/g, ' ').trim() === 'lo 0',
    }),
  ),
]

function connects(name: string, host: string, port: string): RunCheck {
  const command = python(
    `print(tried(lambda: socket.create_connection((${host}, int(os.environ['${port}'])), 2)))`,
  )
  return { name, command, holds: answers(...UNREACHED), bare: true }
}

/** The numbers are those of `bits/socket.h`: most kernels have the module, and few have it well tested. */
function family(name: string, numbers: readonly number[]): RunCheck {
  const command = each(
    numbers,
    'socket.socket(it, socket.SOCK_STREAM if it == 40 else socket.SOCK_SEQPACKET if it == 38 else socket.SOCK_RAW, 0)',
  )
  return { name, command, holds: answers(...NO_SUCH_SOCKET) }
}
