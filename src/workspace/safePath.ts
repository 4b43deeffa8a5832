import { done, type Refusal, type Result, refuse } from '../failure.ts'

/** Why a path was refused. */
export type PathReason = 'empty' | 'too-long' | 'absolute' | 'outside' | 'git' | 'characters' | 'reserved'

/** Bytes of UTF-8. 255 is the limit of ext4, APFS and NTFS for one name; 1024 that of macOS for a whole path. */
const NAME_BYTES_MAX = 255
const PATH_BYTES_MAX = 1024

/**
 * A path that is safe to create below a project's root on Linux, macOS and Windows.
 * @param path as a model, a person or an archive gave it
 * @returns the path relative to the root, POSIX, without `.` and doubled slashes; or why not, in one sentence
 */
export function safePath(path: string): Result<string, PathReason> {
  const names = path.split('/').filter(name => name !== '' && name !== '.')
  const clean = names.join('/')
  const refusal =
    refusalOfPath(path, names) ??
    // `./~` is only seen to name the home folder once it is clean.
    refusalOfPath(clean, names) ??
    names.map(refusalOfName).find(found => found !== undefined)
  return refusal ?? done(clean)
}

type Rule = { reason: PathReason; breaks: (text: string) => boolean; says: (text: string) => string }

const PATH_RULES: readonly Rule[] = [
  { reason: 'absolute', breaks: path => /^(?:[/\\]|~(?:\/|$)|[a-z]:)/i.test(path), says: mustBeRelative },
  {
    reason: 'empty',
    breaks: path => path === '' || path.endsWith('/'),
    says: () => 'Name a file, not a folder.',
  },
  {
    reason: 'too-long',
    breaks: path => Buffer.byteLength(path) > PATH_BYTES_MAX,
    says: () => `The path is longer than ${PATH_BYTES_MAX} bytes; choose a shorter one.`,
  },
]

// Characters that Windows forbids, and those that make a name look like another one.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*\\]/
// HFS+ ignores these code points, so that `.g\u200cit` is `.git` there (git's own core.protectHFS list).
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g
const GIT_NAMES: ReadonlySet<string> = new Set(['.git', 'git~1'])
// https://learn.microsoft.com/windows/win32/fileio/naming-a-file: device names, with any extension.
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i

const NAME_RULES: readonly Rule[] = [
  { reason: 'outside', breaks: name => name === '..', says: () => 'A path may not contain "..".' },
  {
    reason: 'git',
    breaks: isGitName,
    says: () => 'The folder .git belongs to version control and is not a file of the project.',
  },
  {
    reason: 'characters',
    breaks: name => FORBIDDEN.test(name) || !name.isWellFormed(),
    says: name =>
      `The name ${JSON.stringify(name)} contains a character that not every system allows; rename it.`,
  },
  {
    reason: 'reserved',
    breaks: name => DEVICE.test(name) || /[. ]$/.test(name),
    says: name => `The name ${JSON.stringify(name)} is reserved on Windows; rename it.`,
  },
  {
    reason: 'too-long',
    breaks: name => Buffer.byteLength(name) > NAME_BYTES_MAX,
    says: () => `A name in the path is longer than ${NAME_BYTES_MAX} bytes; choose a shorter one.`,
  },
]

function refusalOfPath(path: string, names: readonly string[]): Refusal<PathReason> | undefined {
  return brokenRule(PATH_RULES, path) ?? (names.length === 0 ? refuse('empty', 'Name a file.') : undefined)
}

function refusalOfName(name: string): Refusal<PathReason> | undefined {
  return brokenRule(NAME_RULES, name)
}

function brokenRule(rules: readonly Rule[], text: string): Refusal<PathReason> | undefined {
  const rule = rules.find(one => one.breaks(text))
  return rule && refuse(rule.reason, rule.says(text))
}

function mustBeRelative(path: string): string {
  return `The path ${JSON.stringify(path)} must be relative to the project's root.`
}

function isGitName(name: string): boolean {
  const plain = name.replace(IGNORED_BY_HFS, '').toLowerCase()
  return GIT_NAMES.has(plain.replace(/[. ]+$/, ''))
}
