import { either, type Found, readAddress } from './address.ts'
import type { Machine } from './machine.ts'
import { netrcCredentials } from './netrc.ts'

const PIPS: readonly (readonly [string, readonly string[]])[] = [
  ['python3', ['-m', 'pip']],
  ['pip3', []],
  ['pip', []],
]

/** pip tells what is configured, and what it does without in its help. Further indexes (`extra-index-url`) are not asked. */
export async function readPip(machine: Machine): Promise<Found> {
  for (const [tool, args] of PIPS) {
    const listed = await machine.ask(tool, [...args, 'config', 'list'])
    if (listed === null) continue
    const written = configured(listed) ?? (await standard(machine, tool, args))
    const address = written === null ? null : readAddress(written)
    if (address === null) return { missing: 'pip names no index that is a web address.' }
    const { base, credentials } = address
    return { upstream: { base, credentials: either(credentials, await netrcCredentials(machine)) } }
  }
  return { missing: 'pip is not installed here.' }
}

const SECTIONS = [':env:', 'download', 'install', 'global']

/** Lines like `global.index-url='https://…'`, the text as Python writes it. */
function configured(listed: string): string | null {
  for (const section of SECTIONS) {
    const [, written] =
      new RegExp(`^${section}\\.index-url=(['"])(.*)\\1\\s*$`, 'm').exec(listed)?.slice(1) ?? []
    if (written !== undefined) return written.replace(/\\(.)/g, '$1')
  }
  return null
}

async function standard(machine: Machine, tool: string, args: readonly string[]): Promise<string | null> {
  const help = await machine.ask(tool, [...args, 'download', '--help'])
  return /--index-url <url>[^(]*\(default\s+(https?:\/\/[^\s)]+)\)/.exec(help ?? '')?.[1] ?? null
}
