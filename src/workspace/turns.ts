/**
 * Runs works with the same key one after another, in the order of the calls, within this process. A work that fails
 * does not stop the next one. Must not be nested for one key: the inner work would wait for the outer.
 */
export async function inTurn<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
  const turn = (lastOf.get(key) ?? Promise.resolve()).then(work)
  const settled = turn.then(nothing, nothing)
  lastOf.set(key, settled)
  try {
    return await turn
  } finally {
    if (lastOf.get(key) === settled) lastOf.delete(key)
  }
}

const lastOf = new Map<string, Promise<void>>()

function nothing(): void {}
