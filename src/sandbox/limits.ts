import type { Limits, Phase } from './backend.ts'

/** The limits of a run: the defaults of its phase, with what the caller changed. */
export function limitsFor(phase: Phase, changed: Partial<Limits> = {}): Limits {
  return { ...DEFAULTS[phase], ...changed }
}

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** What a workspace can hold with its home, where it has a file system of its own. */
export const WORKSPACE_BYTES = 2 * GIB

const ORDINARY: Limits = {
  wallMs: 300_000,
  cpuSeconds: 300,
  memoryBytes: 1.5 * GIB,
  processes: 256,
  fileBytes: 256 * MIB,
  diskBytes: WORKSPACE_BYTES,
  openFiles: 1024,
  outputBytes: 16 * MIB,
}

const DEFAULTS: Readonly<Record<Phase, Limits>> = {
  fetch: { ...ORDINARY, wallMs: 600_000, cpuSeconds: 600 },
  scripts: { ...ORDINARY, wallMs: 600_000, cpuSeconds: 600 },
  lint: { ...ORDINARY, wallMs: 120_000, cpuSeconds: 120 },
  build: { ...ORDINARY, memoryBytes: 2 * GIB, cpuSeconds: 600 },
  test: ORDINARY,
  serve: { ...ORDINARY, wallMs: 90_000, cpuSeconds: 90 },
  prove: ORDINARY,
  engine: { ...ORDINARY, wallMs: 900_000, cpuSeconds: 900 },
}
