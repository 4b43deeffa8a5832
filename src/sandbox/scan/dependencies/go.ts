import type { Files } from '../../files.ts'
import type { Dependency } from './dependency.ts'
import { pathsNamed, textAt } from './texts.ts'

/** Modules that `go.mod` requires, direct or not: since Go 1.17 these are all that are used, with the versions used. */
export function goNamed(files: Files): Dependency[] {
  return pathsNamed(files, 'go.mod').flatMap(from => requiredIn(textAt(files, from) ?? '', from))
}

function requiredIn(text: string, from: string): Dependency[] {
  const blocks = [...text.matchAll(/^require\s*\(([^)]*)\)/gm)].map(([, block = '']) => block)
  const single = [...text.matchAll(/^require\s+([^\s(].*)$/gm)].map(([, line = '']) => line)
  return [...blocks, ...single].flatMap(block =>
    block.split('\n').flatMap(line => {
      const [, name, version] = /^\s*"?([\w./~-]+)"?\s+(v[\w.+-]+)/.exec(line) ?? []
      if (name === undefined || version === undefined) return []
      return [{ ecosystem: 'Go' as const, name, version, licence: null, from }]
    }),
  )
}

/** The directory of a module in the cache: capital letters are written `!` and the small letter. */
export function goDirectory(name: string, version: string): string {
  const escaped = (text: string) => text.replace(/[A-Z]/g, letter => `!${letter.toLowerCase()}`)
  return `${escaped(name)}@${escaped(version)}`
}
