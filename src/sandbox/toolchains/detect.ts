import type { Sandbox } from '../open.ts'
import type { Need, Toolchain, ToolchainId } from './toolchain.ts'

/** A toolchain as it is found inside the sandbox of this machine. */
export type FoundToolchain = {
  id: ToolchainId
  title: string
  available: boolean
  /** Of its first program; null when that is missing. */
  version: string | null
  /** What is missing or too old, in words. */
  missing: readonly string[]
  /** The command that installs it. */
  install: string
  /** What is missing for fetching dependencies, and what installs it; null when nothing is. */
  fetchLacks: { missing: readonly string[]; install: string } | null
}

/** Asks every program of these toolchains for its version, in one run. */
export async function detect(sandbox: Sandbox, toolchains: readonly Toolchain[]): Promise<FoundToolchain[]> {
  const needs = toolchains.flatMap(each => [...each.needs, ...(each.dependencies?.needs ?? [])])
  const versions = await askVersions(sandbox, needs)
  return toolchains.map(({ id, title, needs, install, dependencies }) => {
    const missing = needs.flatMap(need => lacks(need, versions.get(need.binary)))
    const version = versions.get(needs[0]?.binary ?? '') ?? null
    const unfetched = (dependencies?.needs ?? []).flatMap(need => lacks(need, versions.get(need.binary)))
    const fetchLacks =
      dependencies && unfetched.length > 0 ? { missing: unfetched, install: dependencies.install } : null
    return { id, title, available: missing.length === 0, version, missing, install, fetchLacks }
  })
}

/** Asks all of them at the same time: one after the other, twelve of which some start a Java, take twice as long. */
export async function askVersions(sandbox: Sandbox, needs: readonly Need[]): Promise<Map<string, string>> {
  const asked = new Map(needs.map(({ binary, ask = [binary, '--version'] }) => [binary, ask.join(' ')]))
  const questions = [...asked.values()].map((ask, index) => `${ask} > answer-${index} 2>&1 < /dev/null &`)
  // A line for each: its name, a blank, and the answer.
  const answers = [...asked.keys()].map(
    (binary, index) => `echo "${binary} $(head -n 3 answer-${index} | tr '\\n' ' ')"`,
  )
  const script = [...questions, 'wait', ...answers]
  const workspace = await sandbox.workspace(new Map())
  try {
    const command = ['/bin/sh', '-c', script.join('\n')]
    const { stdout } = await sandbox.run({ workspace: workspace.dir, phase: 'lint', command })
    return new Map(stdout.split('\n').flatMap(versionIn))
  } finally {
    await workspace.dispose()
  }
}

function versionIn(line: string): [string, string][] {
  const [, binary, version] = /^(\S+) .*?(\d+\.\d+(?:\.\d+)*)/.exec(line) ?? []
  return binary === undefined || version === undefined ? [] : [[binary, version]]
}

export function lacks({ binary, oldest }: Need, version: string | undefined): string[] {
  if (version === undefined) return [`${binary} is missing`]
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  return enough ? [] : [`${binary} ${version} is older than ${oldest.join('.')}`]
}
