import { sha256 } from '../../src/id.ts'

/**
 * A number from 0 up to, but not including, `below`, that follows from the seed and the name of what is decided: the
 * same in every run, in whatever order things happen.
 */
export function chance(below: number, ...name: readonly (string | number)[]): number {
  return Number.parseInt(sha256(name.join(' ')).slice(0, 12), 16) % below
}
