/**
 * How things go wrong here. A refusal is expected and is a value; an exception is a bug or an outside failure
 * wrapped once. Nothing else is thrown on purpose.
 */

/** An expected "no": `reason` is for code, `says` is one plain sentence for the person. */
export type Refusal<Reason extends string = string> = { ok: false; reason: Reason; says: string }

/** Either a value or a refusal with a named reason. */
export type Result<Value, Reason extends string = string> = { ok: true; value: Value } | Refusal<Reason>

export function done<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value }
}

export function refuse<Reason extends string>(reason: Reason, says: string): Refusal<Reason> {
  return { ok: false, reason, says }
}

/** Something outside the program failed (a binary, the disk, the network): what, and what to try. */
export class OutsideFailure extends Error {
  readonly advice: string

  constructor(what: string, advice: string, cause?: unknown) {
    super(what, { cause })
    this.name = 'OutsideFailure'
    this.advice = advice
  }
}

/** Closes a switch or a table over a union: reaching it is a bug. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}

/** Holds an invariant where money or state changes. */
export function invariant(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${what}`)
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
