import type { BackendName, Guarantees, Limits, RunResult } from '../backend.ts'
import { NODE_INSIDE } from '../fixtures.ts'

export type PromiseGroup = 'files' | 'processes' | 'network' | 'kernel' | 'limits'

/** One thing that a sandbox promises, as an attempt to break it that ends within seconds and needs nothing installed. */
export type SandboxPromise = {
  /** A fact that is true as long as the promise is kept. */
  name: string
  group: PromiseGroup
  command: readonly string[]
  limits?: Partial<Limits>
  /** Where this one is not held at all, the promise is not given. */
  rests?: keyof Guarantees
  /** The backends that give it; every one but `none` where nothing is said. */
  by?: readonly BackendName[]
  kept(result: RunResult): boolean
}

export function sh(script: string): readonly string[] {
  return ['/bin/sh', '-c', script]
}

export function node(program: string): readonly string[] {
  return [NODE_INSIDE, '-e', program]
}

/** It ran to its end and printed just this, blanks aside. */
export function prints(text: string): (result: RunResult) => boolean {
  return ({ exitCode, stdout }) => exitCode === 0 && stdout.trim().replace(/\s+/g, ' ') === text
}
