import type { Caps } from './caps.ts'
import type { Ecosystem } from './ecosystem.ts'

/** What went through one door. */
export type Report = {
  requests: number
  bytes: number
  /** Method, path and reason of each, as far as they are kept. */
  refused: readonly string[]
  /** Ecosystems of which something was asked that could not be had for no fault of the run. */
  unreachable: readonly Ecosystem[]
}

export type Tally = {
  /** False when there have been too many. */
  countRequest(): boolean
  /** False when there have been too many. */
  countBytes(bytes: number): boolean
  refuse(what: string, why: string): void
  unreachable(ecosystem: Ecosystem): void
  report(): Report
}

const REFUSED_MAX = 100
const REFUSED_CHARACTERS_MAX = 200

export function createTally({ requestsMax, bytesMax }: Pick<Caps, 'requestsMax' | 'bytesMax'>): Tally {
  let [requests, bytes] = [0, 0]
  const refused: string[] = []
  const unreachable = new Set<Ecosystem>()
  return {
    countRequest() {
      requests++
      return requests <= requestsMax
    },
    countBytes(more) {
      bytes += more
      return bytes <= bytesMax
    },
    refuse(what, why) {
      if (refused.length < REFUSED_MAX) refused.push(`${printable(what)}: ${why}`)
    },
    unreachable: ecosystem => unreachable.add(ecosystem),
    report: () => ({ requests, bytes, refused: [...refused], unreachable: [...unreachable] }),
  }
}

/** What a run asks for is its own text. */
function printable(text: string): string {
  return text.slice(0, REFUSED_CHARACTERS_MAX).replace(/[^ -~]/g, '?')
}
