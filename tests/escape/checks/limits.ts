import { readdir } from 'node:fs/promises'
import { each, python, sh } from '../attempts.ts'
import { answers, type Check, prints, type RunCheck, type Seen, witnessed } from '../check.ts'

const MIB = 1024 ** 2

/** An attempt to take a little too much of something; `holds` says who must have stopped it. */
const tooMuch: readonly Check[] = [
  ends('a run that takes too long is ended', 'wall', sh('sleep 5'), { wallMs: 300 }),
  ends('one process over the processor limit is ended', 'cpu', sh('while :; do :; done'), { cpuSeconds: 1 }),
  ends(
    'many short processes are over the processor limit together',
    'cpu',
    sh('for i in $(seq 400); do head -c 3000000 /dev/zero | sha256sum > /dev/null; done'),
    { cpuSeconds: 1 },
  ),
  ends(
    'several processes at once are over the processor limit together',
    'cpu',
    python('for _ in range(3): os.fork()\nend = time.time() + 10\nwhile time.time() < end: pass'),
    { cpuSeconds: 1 },
  ),
  ends(
    'one process over the memory limit is ended',
    'memory',
    python('blocks = []\nwhile True: blocks.append(os.urandom(1 << 20))'),
    { memoryBytes: 96 * MIB },
  ),
  ends(
    'many small processes are over the memory limit together',
    'memory',
    python('for _ in range(4): os.fork()\nblock = os.urandom(20 << 20)\ntime.sleep(600)'),
    { memoryBytes: 128 * MIB },
  ),
  ends(
    'memory that processes share is counted',
    'memory',
    python(
      `import mmap
block = mmap.mmap(-1, 400 << 20, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
for at in range(0, 400 << 20, 4096): block[at] = 1
time.sleep(2)`,
    ),
    { memoryBytes: 96 * MIB },
  ),
  ends('too much on standard output ends a run', 'output', sh('timeout 5 yes'), { outputBytes: 4 * MIB }),
  ends('too much on standard error ends a run', 'output', sh('timeout 5 yes >&2'), { outputBytes: 4 * MIB }),
  ends('a file that grows too large ends a run', 'file', sh('exec head -c 2000000 /dev/zero > big'), {
    fileBytes: MIB,
  }),
  ends(
    'many files over the size of the workspace end a run',
    'disk',
    sh('i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > f$i; done'),
    { diskBytes: 32 * MIB },
  ),
  ends(
    'very many empty files end a run',
    'disk',
    python('for n in range(20000): os.close(os.open(f"f{n}", os.O_CREAT | os.O_WRONLY))\ntime.sleep(3)'),
    { diskBytes: 4 * MIB },
  ),
  ends(
    'very many directories end a run',
    'disk',
    python('for n in range(12000): os.mkdir(f"f{n}")\ntime.sleep(3)'),
    { diskBytes: 8 * MIB },
  ),
]

export const limits: readonly Check[] = [
  ...tooMuch,
  {
    name: 'files that are deleted and still open are not beyond the size of the workspace',
    command: python(
      `kept = []
for n in range(20):
    kept.append(open('f', 'wb'))
    os.unlink('f')
    kept[-1].write(bytes(10 << 20))
    kept[-1].flush()
    time.sleep(0.05)
time.sleep(1)
print('kept')`,
    ),
    spec: { limits: { diskBytes: 32 * MIB, wallMs: 20_000 } },
    holds: stoppedBy('disk', 'kept'),
  },
  {
    name: 'files without a name in memory are not beyond the memory limit',
    command: python(
      `kept = []
for n in range(8):
    kept.append(os.memfd_create('x'))
    os.write(kept[-1], bytes(50 << 20))
time.sleep(1)
print('kept')`,
    ),
    spec: { limits: { memoryBytes: 96 * MIB, wallMs: 20_000 } },
    holds: stoppedBy('memory', 'kept'),
  },
  {
    name: 'segments that nobody has attached are not beyond the memory limit',
    command: python(
      `libc.shmat.restype = ctypes.c_void_p
for n in range(8):
    segment = libc.shmget(0, 50 << 20, 0o1600)
    if segment < 0: print(named(ctypes.get_errno())); sys.exit(1)
    place = libc.shmat(segment, None, 0)
    ctypes.memset(place, 1, 50 << 20)
    libc.shmdt(ctypes.c_void_p(place))
time.sleep(1)
print('kept')`,
    ),
    spec: { limits: { memoryBytes: 96 * MIB, wallMs: 20_000 } },
    holds: stoppedBy('memory', 'kept'),
  },
  ...['/tmp', '/home/sandbox', '/dev/shm'].map(
    (place): RunCheck => ({
      name: `${place} has a size`,
      command: python(
        `def fill():
    for n in range(7): open('${place}/f%d' % n, 'wb').write(bytes(50 << 20))
print(tried(fill))`,
      ),
      spec: { limits: { memoryBytes: 1024 * MIB } },
      holds: answers('ENOSPC'),
    }),
  ),
  {
    name: 'when the machine itself is out of memory a run is ended first',
    command: sh('cat /proc/1/oom_score_adj /proc/self/oom_score_adj'),
    holds: answers('1000'),
    bare: true,
  },
  {
    name: 'no other place in memory can be filled',
    command: each(
      ['/dev', '/run', '/etc', '/opt', '/', '/var'],
      "open(it + '/x', 'wb').write(bytes(1 << 20))",
    ),
    holds: answers('EROFS', 'EACCES', 'ENOENT', 'EPERM'),
  },
  {
    name: 'a run has only so many processes',
    command: python(
      `count = 0
try:
    while count < 300:
        if os.fork() == 0: time.sleep(60)
        count += 1
except BlockingIOError: pass
print(20 < count < 40)`,
    ),
    spec: { limits: { processes: 40 } },
    holds: prints('True'),
    bare: true,
  },
  {
    name: 'threads count as processes',
    command: python(
      `import threading
count = 0
try:
    while count < 300:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        count += 1
except RuntimeError: pass
print(20 < count < 40, flush=True)
os._exit(0)`,
    ),
    spec: { limits: { processes: 40 } },
    holds: prints('True'),
    bare: true,
  },
  {
    name: 'a run at its number of processes does not keep another from starting',
    command: python(
      `for _ in range(60):
    try:
        if os.fork() == 0: time.sleep(1)
    except BlockingIOError: break
time.sleep(0.5)
print('there')`,
    ),
    spec: { limits: { processes: 40 } },
    witness: async (_, stage) => {
      const workspace = await stage.workspace(new Map())
      const { stdout } = await stage.run({
        workspace: workspace.dir,
        phase: 'test',
        command: sh('ls | wc -l'),
      })
      await workspace.dispose()
      return stdout.trim()
    },
    holds: witnessed('0'),
  },
  {
    name: 'a process has only so many open files',
    command: python(
      "kept = []\ndef fill():\n    for _ in range(500): kept.append(open('/dev/null'))\nprint(tried(fill))",
    ),
    spec: { limits: { openFiles: 64 } },
    holds: answers('EMFILE'),
    bare: true,
  },
  {
    name: 'no limit can be raised from inside',
    command: python(
      `import resource
for name in ['NOFILE', 'NPROC', 'FSIZE', 'CPU', 'CORE', 'MEMLOCK', 'DATA', 'MSGQUEUE']:
    kind = getattr(resource, 'RLIMIT_' + name, 12)
    soft, hard = resource.getrlimit(kind)
    try: resource.setrlimit(kind, (hard + 1, hard + 1)); print(name, 'infinite' if hard < 0 else 'ok')
    except (ValueError, OSError): print(name, 'EPERM')`,
    ),
    holds: answers('EPERM'),
    bare: true,
  },
  {
    name: 'a crash leaves no memory behind',
    command: sh('ulimit -c unlimited; sh -c "kill -SEGV \\$\\$"; true'),
    witness: async ({ dir }) => (await readdir(dir)).join(),
    holds: ({ stderr, witnessed }) => /not permitted|cannot modify/.test(stderr) && witnessed === '',
  },
  {
    name: 'no message queue can be made',
    command: python(
      "print('ok' if libc.mq_open(b'/x', os.O_CREAT | os.O_RDWR, 0o600, None) >= 0 else named(ctypes.get_errno()))",
    ),
    holds: answers('EMFILE', 'ENOSYS', 'EPERM', 'EACCES'),
    bare: true,
  },
  {
    name: 'no large memory can be locked',
    command: python(
      'block = ctypes.create_string_buffer(1 << 20)\nprint("ok" if libc.mlock(block, 1 << 20) == 0 else named(ctypes.get_errno()))',
    ),
    holds: answers('ENOMEM', 'EPERM'),
    bare: true,
  },
  {
    name: 'no priority can be raised',
    command: python(
      `print('nice', tried(lambda: os.setpriority(os.PRIO_PROCESS, 0, -5)))
print('real-time', tried(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))))`,
    ),
    holds: answers('EPERM', 'EACCES', 'ENOSYS'),
  },
  {
    name: 'of too much output the beginning and the end are kept',
    command: sh('echo first; seq 1 400000; echo last'),
    holds: ({ stdout, truncated }) =>
      truncated && stdout.length < 600_000 && /^first\n1\n.*bytes left out.*\n400000\nlast\n$/s.test(stdout),
  },
  {
    name: 'every result says for each limit how it was held',
    command: sh('true'),
    holds: ({ guarantees }) => guarantees.network === 'hard' && !Object.values(guarantees).includes('none'),
    bare: true,
  },
]

function ends(
  name: string,
  by: NonNullable<Seen['killedBy']>,
  command: string[],
  limits: NonNullable<NonNullable<RunCheck['spec']>['limits']>,
): RunCheck {
  const spec = { limits: { wallMs: 20_000, ...limits } }
  return { name, command, spec, holds: seen => seen.killedBy === by && seen.usage.wallMs < 15_000 }
}

/** Either the limit ended it, or it was refused what it asked for, so that it never said that it was done. */
function stoppedBy(by: Seen['killedBy'], boast: string): (seen: Seen) => boolean {
  return ({ killedBy, stdout, exitCode }) =>
    !stdout.includes(boast) && (killedBy === by || (exitCode !== 0 && exitCode !== null))
}
