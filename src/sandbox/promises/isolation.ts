import { node, prints, type SandboxPromise, sh } from './promise.ts'

/** Each place is tried; only a success says anything. */
const writes = (places: string) =>
  sh(`for place in ${places}; do touch $place/planted 2> /dev/null && echo wrote $place; done; echo tried`)

/** Those of a run, and what containers add of their own. */
const VARIABLES = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'PWD',
  'NODE_OPTIONS',
  'NO_COLOR',
  'HOSTNAME',
  'container',
]

/** What the rest of the machine is kept safe from. */
export const ISOLATION: readonly SandboxPromise[] = [
  {
    name: "the machine's passwords cannot be read",
    group: 'files',
    command: sh('for file in /etc/shadow /etc/gshadow; do cat $file 2> /dev/null; done; echo tried'),
    kept: prints('tried'),
  },
  {
    name: 'no home of the machine is there',
    group: 'files',
    command: sh('ls -A /root 2> /dev/null; ls -A /home; echo tried'),
    kept: prints('sandbox tried'),
  },
  {
    name: 'the accounts of the machine are not told',
    group: 'files',
    // A pod has the accounts of its image.
    by: ['bubblewrap', 'container'],
    command: sh('cut -d: -f1 /etc/passwd'),
    kept: prints('root sandbox'),
  },
  {
    name: 'no socket of the system or of a container engine is there',
    group: 'files',
    command: sh('find /run /var/run -type s 2> /dev/null; echo tried'),
    kept: prints('tried'),
  },
  {
    name: 'no disk and no memory of the machine is among the devices',
    group: 'files',
    command: sh('find /dev -type b; ls /dev/mem /dev/kmsg /dev/kvm /dev/fuse 2> /dev/null; echo tried'),
    kept: prints('tried'),
  },
  {
    name: 'the system cannot be written',
    group: 'files',
    command: writes('/ /usr /usr/bin /usr/local /etc /opt /opt/node/bin /dev /run'),
    kept: prints('tried'),
  },
  {
    name: 'no process of the machine is to be seen',
    group: 'processes',
    command: sh('set -- /proc/[0-9]*; [ $# -lt 10 ] && echo few'),
    kept: prints('few'),
  },
  {
    name: 'the environment holds nothing of the supervisor',
    group: 'processes',
    // An image brings variables of its own, which cannot be told from others.
    by: ['bubblewrap'],
    command: sh(
      `tr '\\0' '\\n' < /proc/1/environ | cut -d= -f1 | grep -vE '^(${VARIABLES.join('|')})$'; echo tried`,
    ),
    kept: prints('tried'),
  },
  {
    name: 'there is no interface but the loopback, and no route',
    group: 'network',
    // A pod has an interface, which its policy closes.
    by: ['bubblewrap', 'container'],
    rests: 'network',
    command: sh('tail -n +3 /proc/net/dev | cut -d: -f1; tail -n +2 /proc/net/route; echo end'),
    kept: prints('lo end'),
  },
  {
    name: 'no address outside can be reached',
    group: 'network',
    rests: 'network',
    command: node(
      `require('net').connect({ host: '192.0.2.1', port: 80, timeout: 2000 }).on('error', e => console.log(e.code)).on('timeout', () => process.exit(1))`,
    ),
    kept: prints('ENETUNREACH'),
  },
  {
    name: 'no name is looked up outside',
    group: 'network',
    rests: 'network',
    command: node(`require('dns').lookup('example.com', error => console.log(error ? 'unknown' : 'known'))`),
    kept: prints('unknown'),
  },
  {
    name: 'no capability is held and none can be had',
    group: 'kernel',
    command: sh('grep -E "^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs)" /proc/self/status | cut -f2 | sort -u'),
    kept: prints('0000000000000000 1'),
  },
  {
    name: 'a filter of system calls is on',
    group: 'kernel',
    command: sh('grep ^Seccomp: /proc/self/status | cut -f2'),
    kept: prints('2'),
  },
  {
    name: 'the user inside is not root',
    group: 'kernel',
    command: sh('id -u | grep -vx 0 > /dev/null && echo other'),
    kept: prints('other'),
  },
  {
    name: 'no namespace can be made and nothing can be mounted',
    group: 'kernel',
    command: sh(
      'unshare -U true 2> /dev/null && echo made; mount -t tmpfs none /tmp 2> /dev/null && echo mounted; echo tried',
    ),
    kept: prints('tried'),
  },
]
