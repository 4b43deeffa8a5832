import { parse } from 'smol-toml'
import type { FileContent, Files } from '../files.ts'

/** The text of a file; empty when it is not there. */
export function textOf(files: Files, path: string): string {
  const content = files.get(path)?.content ?? ''
  return typeof content === 'string' ? content : Buffer.from(content).toString('utf8')
}

/** What a TOML file says; nothing when it is missing or broken, which its own tools then say better. */
export function tomlOf(files: Files, path: string): unknown {
  try {
    return parse(textOf(files, path))
  } catch {
    return {}
  }
}

/** As `tomlOf`, of JSON. */
export function jsonOf(files: Files, path: string): unknown {
  try {
    return JSON.parse(textOf(files, path))
  } catch {
    return {}
  }
}

/** The files whose paths hold for a question. */
export function filesWhere(files: Files, holds: (path: string) => boolean): Map<string, FileContent> {
  return new Map([...files].filter(([path]) => holds(path)))
}

/** A command that is only run where its program is; many machines have a compiler without its linter. */
export function ifThere(program: string, command: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', 'command -v "$0" > /dev/null || exit 0; exec "$@"', program, ...command]
}
