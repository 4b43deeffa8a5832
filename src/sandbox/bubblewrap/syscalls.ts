/** The processors for which there is a filter, as `process.arch` names them. */
export type FilteredArch = 'x64' | 'arm64'

/** Numbers of a system call by processor; null where it does not exist. */
type Numbers = Readonly<Record<FilteredArch, number | null>>

/**
 * The highest number the filter knows (mseal, Linux 6.10); since 424 the numbers are the same on every processor. A
 * newer call is answered as an older kernel would.
 */
export const SYSCALL_LAST = 462

/** `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_AARCH64` of linux/audit.h: what the kernel says a call was made as. */
export const AUDIT_ARCH: Readonly<Record<FilteredArch, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }

/**
 * Numbers from the kernel's own headers: arch/x86/entry/syscalls/syscall_64.tbl (asm/unistd_64.h) and
 * include/uapi/asm-generic/unistd.h. Which calls are refused follows the default profiles of Docker and Flatpak for a
 * process without capabilities, and a little more.
 */
function calls<Name extends string>(
  table: Readonly<Record<Name, readonly [x64: number | null, arm64: number | null]>>,
): Readonly<Record<Name, Numbers>>
function calls(table: Readonly<Record<string, readonly [number | null, number | null]>>) {
  return Object.fromEntries(Object.entries(table).map(([name, [x64, arm64]]) => [name, { x64, arm64 }]))
}

/** Refused whatever the arguments. No build or test of the toolchains needs one of them. */
export const REFUSED = calls({
  // Other processes. A debugger is refused too: what it is good for is not worth what it reaches in the kernel.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  pidfd_getfd: [438, 438],
  // The tree of mounts, and namespaces.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  setns: [308, 268],
  unshare: [272, 97],
  // Keys are not in any namespace.
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  // Large parts of the kernel with a history of holes.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  memfd_secret: [447, 447],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  // Files by handle get past directories; fanotify sees what others do.
  open_by_handle_at: [304, 265],
  name_to_handle_at: [303, 264],
  fanotify_init: [300, 262],
  fanotify_mark: [301, 263],
  lookup_dcookie: [212, 18],
  // The machine itself.
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  create_module: [174, null],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  syslog: [103, 116],
  vhangup: [153, 58],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  iopl: [172, null],
  ioperm: [173, null],
  modify_ldt: [154, null],
  mbind: [237, 235],
  get_mempolicy: [239, 236],
  set_mempolicy: [238, 237],
  set_mempolicy_home_node: [450, 450],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  // Left over from older kernels.
  uselib: [134, null],
  nfsservctl: [180, 42],
  _sysctl: [156, null],
  sysfs: [139, null],
  ustat: [136, null],
})

/** Allowed or refused by an argument, or answered as if the kernel did not have them. */
export const SPECIAL = calls({
  clone: [56, 220],
  clone3: [435, 435],
  socket: [41, 198],
  socketpair: [53, 199],
  ioctl: [16, 29],
  personality: [135, 92],
})

/**
 * Memory that no process has to have mapped. The group counts it, the poll does not see it: where there is only the poll,
 * a segment is at most a page (Postgres has one of 56 bytes), and there are no files without a name, for which
 * programs then take one in `/dev/shm`, which has a size.
 */
export const UNSEEN = calls({
  shmget: [29, 194],
  memfd_create: [319, 279],
})
