import { statfsSync } from 'node:fs'
import { chmod, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findTool } from '../bubblewrap/host.ts'
import { ENTRY_BYTES_MIN } from './disk.ts'
import { isLeftover } from './marks.ts'
import { execute } from './process.ts'

/**
 * File systems of a fixed size in files, so that what a sandbox writes ends there with ENOSPC: as root, where loop
 * devices can be mounted. Making one takes about 15 ms.
 *
 * The kernel reads each as it reads any ext4 disk, and trusts what is in it. That is safe as long as nobody but
 * `mkfs` and the kernel writes to the image: it belongs to root in a directory of ours, a sandbox only reaches
 * files in it, and it is never mounted again. A sandbox cannot make devices or set-user-id programs there.
 */
export type Images = {
  /** Makes and mounts one below `dir`; answers where, or null where that cannot be done. */
  mountIn(dir: string): Promise<string | null>
}

/** Kept as small as the file system goes: no journal, tables written when they are used, an inode for each 8 KiB. */
const FILE_SYSTEM = ['-q', '-F', '-O', '^has_journal,^resize_inode', '-m', '0', '-i', '8192']
const LAZY = ['-E', 'lazy_itable_init=1,nodiscard']
/** Nothing in it outlives the machine, so nothing waits for the disk. */
const OPTIONS = 'loop,nosuid,nodev,noatime,barrier=0,errors=remount-ro'

/** Images of so many bytes. After the first that fails none is tried again. */
export function createImages(bytes: number): Images {
  let isPossible = true
  return {
    async mountIn(dir) {
      if (!isPossible) return null
      try {
        return await mountImage(dir, bytes)
      } catch {
        isPossible = false
        await unmountBelow(dir)
        return null
      }
    },
  }
}

async function mountImage(dir: string, bytes: number): Promise<string> {
  const [mkfs, mount] = await Promise.all(['mkfs.ext4', 'mount'].map(findTool))
  if (!mkfs || !mount) throw new Error('mkfs.ext4 or mount is not installed')
  const image = join(dir, 'image')
  const place = join(dir, 'disk')
  await mkdir(place)
  await makeFile(image, bytes)
  await execute(mkfs, [...FILE_SYSTEM, ...LAZY, image])
  await execute(mount, ['-t', 'ext4', '-o', OPTIONS, image, place])
  await rm(join(place, 'lost+found'), { recursive: true })
  // Others may pass, so that the owner of the workspace reaches it, but not look.
  await chmod(place, 0o711)
  return place
}

async function makeFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  await file.truncate(bytes)
  await file.close()
}

/** Unmounts whatever is mounted below a directory. */
export function unmountBelow(dir: string): Promise<void> {
  return unmountWhere(path => path.startsWith(`${dir}/`))
}

/** Unmounts what supervisors that are no longer alive left mounted, wherever it is. */
export function unmountLeftovers(): Promise<void> {
  return unmountWhere(isLeftover)
}

/** The innermost first. What is still in use goes when it is not, in other mount namespaces with its directory. */
async function unmountWhere(matches: (path: string) => boolean): Promise<void> {
  const mounted = (await mountPoints()).filter(matches).reverse()
  const umount = mounted.length > 0 ? await findTool('umount') : null
  if (umount === null) return
  for (const path of mounted) await unmount(umount, path)
}

/** Two supervisors may start at the same time, and both find the same. */
async function unmount(umount: string, path: string): Promise<void> {
  try {
    await execute(umount, [path]).catch(() => execute(umount, ['--lazy', path]))
  } catch (error) {
    if ((await mountPoints()).includes(path)) throw error
  }
}

async function mountPoints(): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n')
  return lines.flatMap(line => line.split(' ')[4] ?? []).map(unescaped)
}

/** Blanks and the like stand in octal there. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** Less than this is full: programs write in larger pieces, and remove what they could not finish. */
const FULL_BELOW_BYTES = 256 * 1024

/** What a file system can hold and does hold, and whether hardly any of it, or no inode, is left. */
export type FileSystem = { bytes: number; usedBytes: number; isFull: boolean }

/** The file system of a path; null when there is no such path any more. */
export function fileSystem(path: string): FileSystem | null {
  try {
    const { blocks, bsize, bavail, bfree, files, ffree } = statfsSync(path)
    return {
      bytes: blocks * bsize,
      usedBytes: (blocks - bfree) * bsize + (files - ffree) * ENTRY_BYTES_MIN,
      isFull: bavail * bsize < FULL_BELOW_BYTES || ffree === 0,
    }
  } catch {
    return null
  }
}
