/** The programs that try: each prints one line for each thing tried, and its last word is `ok` or the name of an error. */

export function sh(script: string): string[] {
  return ['/bin/sh', '-c', script]
}

export function python(program: string): string[] {
  return ['python3', '-c', `${PRELUDE}\n${program}`]
}

export function node(program: string): string[] {
  return ['/opt/node/bin/node', '-e', program]
}

/** One system call by its name, with arguments in Python; prints how it ended. */
export function call(name: SystemCall, args = ''): string[] {
  return python(`print(call('${name}'${args === '' ? '' : `, ${args}`}))`)
}

/** Opens each for reading, and says how that went. */
export function reads(...paths: readonly string[]): string[] {
  return python(`for path in ${JSON.stringify(paths)}: print(path, tried(lambda: open(path, 'rb').read(64)))`)
}

/** Tries one action of Python on each, and says how that went. */
export function each(things: readonly (string | number)[], action: string): string[] {
  return python(`for it in ${JSON.stringify(things)}: print(it, tried(lambda: ${action}))`)
}

/** Numbers of x86-64 and of 64-bit Arm, from the kernel's `syscall.tbl` and `asm-generic/unistd.h`. */
const NUMBERS = {
  acct: [163, 89],
  add_key: [248, 217],
  bpf: [321, 280],
  chroot: [161, 51],
  clone3: [435, 435],
  finit_module: [313, 273],
  fsopen: [430, 430],
  init_module: [175, 105],
  io_uring_setup: [425, 425],
  kcmp: [312, 272],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  mount: [165, 40],
  msgget: [68, 186],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pidfd_open: [434, 434],
  pivot_root: [155, 41],
  process_vm_readv: [310, 270],
  ptrace: [101, 117],
  quotactl: [179, 60],
  reboot: [169, 142],
  request_key: [249, 218],
  setns: [308, 268],
  shmget: [29, 194],
  swapon: [167, 224],
  syslog: [103, 116],
  unknown: [1999, 1999],
  unshare: [272, 97],
  userfaultfd: [323, 282],
} as const

export type SystemCall = keyof typeof NUMBERS

const PRELUDE = `import ctypes, errno, os, signal, socket, stat, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = ${JSON.stringify(NUMBERS)}
def named(number): return errno.errorcode.get(number, str(number))
def call(name, *args):
    number = NUMBERS[name][os.uname().machine == 'aarch64']
    ctypes.set_errno(0)
    words = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    return 'ok' if libc.syscall(ctypes.c_long(number), *words) >= 0 else named(ctypes.get_errno())
def tried(action):
    try: action()
    except OSError as error: return named(error.errno)
    return 'ok'
def waited(child):
    status = os.waitpid(child, 0)[1]
    return 'killed' if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)`
