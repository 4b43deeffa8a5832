import type { Limits, Phase } from '../backend.ts'
import type { Check } from '../checks/check.ts'
import type { Ecosystem } from '../egress/ecosystem.ts'
import type { Files } from '../files.ts'

/** What this house builds with; each knows its projects by their files, how they are checked and what they fetch. */
export type Toolchain = {
  id: ToolchainId
  title: string
  /** Whether a project with these paths looks like one of its own. */
  recognises(paths: readonly string[]): boolean
  /** Files at the root of a project; where one of them is, the project is also of this toolchain. */
  manifests: readonly string[]
  /** Toolchains that have the language in common check a tree once only. */
  language: string
  /** Programs that must be there, and the oldest version of each that will do. */
  needs: readonly Need[]
  /** The command that installs what it needs. */
  install: string
  /** What every run of such a project finds in its environment. */
  env?: Readonly<Record<string, string>>
  /** The checks of this tree, in the order in which they are run. */
  checks(files: Files): readonly Check[]
  /** How tests are run, for whoever writes them. */
  testsRun: string
  /** The command that a README gives for all tests. */
  testSuite: string
  /** The command that runs the tests of one file; some ask the tree what it has. */
  testFile(path: string, files?: Files): string[]
  /** How an app that brings no start command of its own is served, on the port in PORT. */
  start?: readonly string[]
  /** Where phases of it need more than others do. */
  limits?: Partial<Record<Phase, Partial<Limits>>>
  dependencies?: DependencyRules
  warmth?: Warmth
}

export type ToolchainId = 'python' | 'node' | 'typescript' | 'static-web' | 'go' | 'rust' | 'java'

/** What a program must be; the first number in its answer counts. */
export type Need = {
  binary: string
  oldest: readonly [major: number, minor: number]
  /** What it is asked by; `--version` of the binary if nothing else is said. */
  ask?: readonly string[]
}

/** What a compiler keeps of its own library between runs, where compiling it anew takes longer than all else. */
export type Warmth = {
  /** A program that uses much of the library. */
  files: Files
  /** Compiles it, without a network. */
  command: readonly string[]
  env: Readonly<Record<string, string>>
  limits: Partial<Limits>
  /** The directory in the workspace that is kept, and where it is found in later runs. */
  keeps: { directory: string; inside: string }
  /** Run once for each fresh home, before anything else is. */
  begin: readonly string[]
}

/** How the dependencies of a project are fetched, and how later runs find them. */
export type DependencyRules = {
  ecosystem: Ecosystem
  /** No project of it does without packages, so that a plan can say whether they can be had. */
  always?: boolean
  /** Programs that only fetching needs. */
  needs: readonly Need[]
  install: string
  /** All that decides what is fetched, as the fetch sees it; null where the project names nothing. */
  inputs(files: Files): Files | null
  /** What the fetch must also find, without deciding anything. */
  stubs?(files: Files): Files
  /** Run with a door to the registry and nothing else; scripts of packages are not run. */
  fetch(inputs: Files): readonly string[]
  fetchEnv?: Readonly<Record<string, string>>
  /** Run without a network on what was fetched, where packages have scripts; ends well where none has. */
  scripts?: readonly string[]
  /** The directory in the workspace that is kept, and where it is found in later runs. */
  keeps: { directory: string; inside: string }
  /** Directories of it that programs write to; what they write is gone after the run. */
  scratch: readonly string[]
  /** What later runs find in their environment. */
  env: Readonly<Record<string, string>>
  /** Files that the fetch may write or complete, for the project to keep. */
  locks: readonly string[]
}
