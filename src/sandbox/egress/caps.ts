/** Bounds of what one door lets through, and of what the mirror keeps. */
export type Caps = {
  requestsMax: number
  /** What goes into the run, all answers together. */
  bytesMax: number
  artefactBytesMax: number
  /** A page is held in memory while its links are rewritten. */
  pageBytesMax: number
  /** Until a registry begins to answer, and between two pieces of its answer. */
  quietMs: number
  /** One answer from its first to its last byte. */
  answerMs: number
  connectionsMax: number
  cacheBytesMax: number
}

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** The largest page known, of a package with ten thousand versions, has about 40 MB. Maven asks thousands of times. */
export const CAPS: Caps = {
  requestsMax: 20_000,
  bytesMax: 2 * GIB,
  artefactBytesMax: 512 * MIB,
  pageBytesMax: 64 * MIB,
  quietMs: 30_000,
  answerMs: 600_000,
  connectionsMax: 64,
  cacheBytesMax: 4 * GIB,
}
