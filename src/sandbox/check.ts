import type { Phase } from './backend.ts'

/** One thing to be run on a tree, that passes or fails by its exit code. */
export type Check = { name: string; phase: Phase; command: readonly string[] }
