import type { Workspace } from '../../../src/sandbox/files.ts'
import { commandLines } from '../../../src/sandbox/supervise/processes.ts'
import { call, python, sh } from '../attempts.ts'
import { answers, type Check, prints, type Seen } from '../check.ts'
import type { Stage } from '../stage/stage.ts'

/** Who else is on the machine, and who stays when the run is over. */
export const processes: readonly Check[] = [
  {
    name: 'no process of the machine is to be seen',
    command: python(
      `own = [it for it in os.listdir('/proc') if it.isdigit()]
print(len(own) < 8, os.path.exists('/proc/' + os.environ['BAIT_PID']))`,
    ),
    holds: prints('True False'),
    bare: true,
  },
  {
    name: 'no process of the machine can be signalled',
    command: python("print(tried(lambda: os.kill(int(os.environ['BAIT_PID']), signal.SIGCONT)))"),
    holds: answers('ESRCH'),
    bare: true,
  },
  {
    name: 'the priority of a process of the machine cannot be asked',
    command: python("print(tried(lambda: os.getpriority(os.PRIO_PROCESS, int(os.environ['BAIT_PID']))))"),
    holds: answers('ESRCH'),
    bare: true,
  },
  {
    name: 'the environment of no process of the machine can be read',
    command: python(
      "for name in ['environ', 'cmdline', 'maps']: print(name, tried(lambda: open(f\"/proc/{os.environ['BAIT_PID']}/{name}\").read()))",
    ),
    holds: answers('ENOENT'),
    bare: true,
  },
  {
    name: 'the first process inside has no environment but that of the run',
    command: python(
      "names = {it.split(b'=')[0].decode() for it in open('/proc/1/environ', 'rb').read().split(b'\\0') if it}\nprint(' '.join(sorted(it for it in names if not it.startswith('BAIT_'))))",
    ),
    holds: prints('HOME LANG NODE_OPTIONS NO_COLOR PATH PWD TMPDIR TZ'),
    bare: true,
  },
  {
    name: 'the command runs under a shell of its own, which is process 1',
    command: python("print(open('/proc/1/cmdline', 'rb').read().split(b'\\0')[0].decode())"),
    holds: prints('/bin/sh'),
    bare: true,
  },
  {
    name: 'a memory of the machine cannot be attached to',
    command: call('ptrace', "16, int(os.environ['BAIT_PID']), 0, 0"),
    holds: answers('ESRCH', 'EPERM', 'ENOSYS'),
    bare: true,
  },
  {
    name: 'a run is in a session of its own, without a terminal',
    command: python("print(os.getsid(0) > 0, tried(lambda: os.open('/dev/tty', os.O_RDWR)))"),
    holds: prints('True ENXIO'),
  },
  {
    name: 'a character cannot be pushed into a terminal',
    command: python(
      `import fcntl, termios
parent, child = os.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(child, termios.TIOCSCTTY, 0)
    print(tried(lambda: fcntl.ioctl(child, termios.TIOCSTI, b'x')), flush=True)
    os._exit(0)
os.waitpid(pid, 0)`,
    ),
    holds: answers('EPERM', 'EIO', 'ENOSYS', 'EACCES'),
  },
  {
    name: 'what a command leaves running ends with it',
    command: sh('setsid sleep 7100001$BAIT_TAG & sleep 7100001$BAIT_TAG & sleep 0.1'),
    witness: running(7100001),
    holds: seen => seen.exitCode === 0 && seen.witnessed === '0',
  },
  {
    name: 'a daemon that forked twice ends with its run',
    command: python(
      `if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in (0, 1, 2): os.close(fd)
        os.execvp('sleep', ['sleep', '7100002' + os.environ['BAIT_TAG']])
    os._exit(0)
os.wait(); time.sleep(0.1)`,
    ),
    witness: running(7100002),
    holds: seen => seen.exitCode === 0 && seen.witnessed === '0',
  },
  {
    name: 'at the wall limit all ends, what ignores signals too',
    command: sh(
      'trap "" TERM INT HUP QUIT; setsid sleep 7100003$BAIT_TAG & (setsid setsid sleep 7100003$BAIT_TAG &); sleep 7100003$BAIT_TAG',
    ),
    spec: { limits: { wallMs: 700 } },
    witness: running(7100003),
    holds: killedWithAll('wall'),
  },
  {
    name: 'a cancelled run is gone at once with all that it started',
    command: sh('trap "" TERM INT HUP; setsid sleep 7100004$BAIT_TAG & sleep 7100004$BAIT_TAG'),
    cancelAfterMs: 500,
    witness: running(7100004),
    holds: killedWithAll('cancelled'),
  },
  {
    name: 'a run that kills its own first process is over',
    command: sh('setsid sleep 7100005$BAIT_TAG & kill -9 1; kill -9 -1; sleep 0.1'),
    witness: running(7100005),
    holds: seen => seen.witnessed === '0' && seen.usage.wallMs < 5000,
  },
  {
    name: 'a fork bomb goes with its run',
    command: sh('exec sh -c "( bomb() { bomb | bomb & }; bomb ); exec sleep 600" 7100006$BAIT_TAG'),
    spec: { limits: { processes: 60, wallMs: 1500 } },
    witness: running(7100006),
    holds: killedWithAll('wall'),
  },
  {
    name: 'children that have ended are taken away',
    command: python(
      `for _ in range(20):
    if os.fork() == 0:
        if os.fork() == 0: os._exit(0)
        os._exit(0)
    os.wait()
for _ in range(40):
    time.sleep(0.05)
    states = [open(f'/proc/{it}/stat').read().split(')')[1].split()[0] for it in os.listdir('/proc') if it.isdigit()]
    if states.count('Z') == 0: break
print(states.count('Z'))`,
    ),
    holds: prints('0'),
  },
  {
    name: 'output held open by an orphan does not hold up the result',
    command: sh('setsid sh -c "trap \\"\\" HUP TERM; exec sleep 7100007$BAIT_TAG" & echo done'),
    witness: running(7100007),
    holds: seen => seen.stdout === 'done\n' && seen.witnessed === '0' && seen.usage.wallMs < 5000,
  },
  {
    name: 'a run cannot choose how it ends but by its exit code',
    command: sh('echo \'{ "exit-code": 0 }\' >&3; kill -SEGV $$'),
    holds: ({ exitCode, signal, killedBy }) => exitCode === 139 && signal === 'SIGSEGV' && killedBy === null,
  },
]

/** How many processes of this attempt the machine still has. */
function running(number: number): (workspace: Workspace, stage: Stage) => string {
  return (_, { tag }) => `${commandLines().filter(({ line }) => line.includes(`${number}${tag}`)).length}`
}

function killedWithAll(by: Seen['killedBy']): (seen: Seen) => boolean {
  return seen => seen.killedBy === by && seen.exitCode === null && seen.witnessed === '0'
}
