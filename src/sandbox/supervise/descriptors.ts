import { readdirSync, readFileSync } from 'node:fs'

/** From `fcntl.h`; `/proc/self/fdinfo/N` prints the flags in octal. */
const O_CLOEXEC = 0o2000000

/** Beyond this nothing is covered: `spawn` takes one entry for each descriptor up to the highest. */
const DESCRIPTOR_MAX = 4096

/**
 * Descriptors of this process from `first` on that a child would inherit. Node marks its own close-on-exec, but not all
 * of those that it was itself started with (a descriptor 27 opened by the shell arrives in every grandchild).
 */
export function inheritedDescriptors(first: number): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter(fd => fd >= first && fd <= DESCRIPTOR_MAX && isInherited(fd))
}

function isInherited(fd: number): boolean {
  const flags = /^flags:\s*(\d+)/m.exec(fdInfo(fd))?.[1]
  return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0
}

/** Empty when the descriptor was closed since the directory was read (that of the directory itself always is). */
function fdInfo(fd: number): string {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')
  } catch {
    return ''
  }
}
