import { invariant } from '../../failure.ts'
import type { Limits, Phase } from '../backend.ts'
import type { Check } from '../checks/check.ts'
import type { Files } from '../files.ts'
import type { Sandbox } from '../open.ts'
import { detect, type FoundToolchain } from './detect.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { node } from './node.ts'
import { python } from './python.ts'
import { rust } from './rust.ts'
import { staticWeb } from './staticWeb.ts'
import type { Toolchain, ToolchainId } from './toolchain.ts'
import { typescript } from './typescript.ts'

export type { FoundToolchain } from './detect.ts'

/** In the order in which they are asked whether a project is theirs. */
export const TOOLCHAINS: readonly Toolchain[] = [python, go, rust, java, staticWeb, typescript, node]

/** The toolchain of a project with these paths, or null. */
export function toolchainOf(paths: readonly string[]): Toolchain | null {
  return TOOLCHAINS.find(({ recognises }) => recognises(paths)) ?? null
}

export function toolchainCalled(id: ToolchainId): Toolchain {
  const found = TOOLCHAINS.find(each => each.id === id)
  invariant(found !== undefined, `${id} is a toolchain`)
  return found
}

/**
 * The toolchains of a tree: its own, and every other that has a manifest at the root, as a page has that is served by
 * Python. Of those that have a language in common, only the first counts.
 */
export function toolchainsOf(id: ToolchainId, files: Files): readonly Toolchain[] {
  const own = toolchainCalled(id)
  const others = TOOLCHAINS.filter(each => each.manifests.some(path => files.has(path)))
  return [own, ...others].filter(
    (each, at, all) => all.findIndex(other => other.language === each.language) === at,
  )
}

/** The checks of a tree by its toolchains, in the order in which they are run; those of others bear their name. */
export function checksFor(id: ToolchainId, files: Files): readonly Check[] {
  return toolchainsOf(id, files).flatMap(toolchain => {
    const called = (name: string) => (toolchain.id === id ? name : `${name} (${toolchain.title})`)
    return toolchain
      .checks(files)
      .map(check => ({ ...check, name: called(check.name), ...limited(toolchain, check) }))
  })
}

function limited({ limits = {} }: Toolchain, { phase }: Check): Pick<Check, 'limits'> {
  const found = limits[phase]
  return found === undefined ? {} : { limits: found }
}

/** What runs of a phase need beyond its defaults; for what is run besides the checks of the tree. */
export function limitsOf(id: ToolchainId, phase: Phase): Partial<Limits> {
  return toolchainCalled(id).limits?.[phase] ?? {}
}

/** The command that a README gives for all tests. */
export const testSuite = each(({ testSuite }) => testSuite)

/** How each toolchain runs tests, for whoever writes them. */
export const testsRun = each(({ testsRun }) => testsRun)

/** The command that runs the tests of one file; of some toolchains the tree decides by what. */
export function testCommand(id: ToolchainId, path: string, files?: Files): string[] {
  return toolchainCalled(id).testFile(path, files)
}

/** Asks every program of every toolchain for its version, in one run. */
export function detectToolchains(sandbox: Sandbox): Promise<FoundToolchain[]> {
  return detect(sandbox, TOOLCHAINS)
}

function each<Value>(of: (toolchain: Toolchain) => Value): Readonly<Record<ToolchainId, Value>> {
  return {
    python: of(python),
    node: of(node),
    typescript: of(typescript),
    'static-web': of(staticWeb),
    go: of(go),
    rust: of(rust),
    java: of(java),
  }
}
