import { MAX_PATH_BYTES, MAX_PATH_DEPTH, MAX_SEGMENT_BYTES } from './limits.ts'

/**
 * Why a path that a model wrote may not be used, or nothing. Symbolic links and devices cannot be told from a name:
 * the workspace looks at those when it writes.
 */
export function pathFault(path: string): string | undefined {
  return (
    WHOLE.find(rule => rule.broken(path))?.says ??
    path
      .split('/')
      .map(segmentFault)
      .find(fault => fault)
  )
}

/**
 * The path among `others` that a new `path` would collide with: the same but for case or Unicode form, also in a
 * folder's name, or a file where the other needs a folder. On Windows and macOS one would overwrite the other.
 */
export function collision(path: string, others: Iterable<string>): string | undefined {
  const ours = path.split('/')
  for (const other of others) if (collides(ours, other.split('/'))) return other
  return undefined
}

type PathRule = { broken: (path: string) => boolean; says: string }

/** Rules for the path as a whole. */
const WHOLE: readonly PathRule[] = [
  { broken: path => path === '', says: 'The path is empty.' },
  {
    broken: path => Buffer.byteLength(path) > MAX_PATH_BYTES,
    says: `The path is longer than ${MAX_PATH_BYTES} bytes.`,
  },
  {
    broken: path => !path.isWellFormed() || hasHiddenCharacter(path),
    says: 'The path holds a control or invisible character.',
  },
  { broken: path => path.includes('\\'), says: 'The path holds a backslash; separate folders with "/".' },
  {
    broken: path => path.startsWith('/') || path.startsWith('~'),
    says: 'The path must be relative to the workspace.',
  },
  {
    broken: path => /[<>:"|?*]/.test(path),
    says: 'The path holds one of < > : " | ? * , which some systems cannot store.',
  },
  { broken: path => path.normalize('NFC') !== path, says: 'The path is not in Unicode normal form C.' },
  {
    broken: path => path.split('/').length > MAX_PATH_DEPTH,
    says: `The path is deeper than ${MAX_PATH_DEPTH} folders.`,
  },
]

/** Rules for each name between slashes. */
const SEGMENT: readonly PathRule[] = [
  { broken: name => name === '', says: 'The path has an empty part, or ends in "/".' },
  {
    broken: name => name === '.' || name === '..',
    says: 'The path holds "." or ".."; write it from the workspace root.',
  },
  {
    broken: name => /^(?:\.git|git~\d+)$/i.test(name.replace(/[. ]+$/, '')),
    says: 'The path leads into .git, which is not yours to edit.',
  },
  {
    broken: name => /[. ]$/.test(name) || name.startsWith(' '),
    says: 'A part of the path begins or ends with a space, or ends with a dot.',
  },
  { broken: name => RESERVED.test(name), says: 'The path uses a name that Windows reserves for a device.' },
  {
    broken: name => Buffer.byteLength(name) > MAX_SEGMENT_BYTES,
    says: `A part of the path is longer than ${MAX_SEGMENT_BYTES} bytes.`,
  },
]

/** Device names of Windows, with any extension: learn.microsoft.com/windows/win32/fileio/naming-a-file */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00B9\u00B2\u00B3]) *(?:\..*)?$/i

function segmentFault(name: string): string | undefined {
  return SEGMENT.find(rule => rule.broken(name))?.says
}

/** Control characters, and those that draw nothing or turn the text around (general categories Cc, Cf, Zl, Zp). */
function hasHiddenCharacter(path: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(path)
}

function collides(ours: readonly string[], theirs: readonly string[]): boolean {
  const depth = Math.min(ours.length, theirs.length)
  for (let at = 0; at < depth; at++) {
    const [one, other] = [ours[at] ?? '', theirs[at] ?? '']
    if (one !== other) return folded(one) === folded(other)
  }
  return ours.length !== theirs.length
}

function folded(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase()
}
