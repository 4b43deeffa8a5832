/** Keys in use at the same time are few; older ones are opened again when they come back. */
const KEYS_MAX = 16

/**
 * Makes a value once for each key and keeps the latest KEYS_MAX. What could not be made is forgotten, so that the next
 * call tries again.
 */
export function perKey<Value>(
  make: (apiKey: string | undefined) => Promise<Value>,
): (apiKey: string | undefined) => Promise<Value> {
  const made = new Map<string | undefined, Promise<Value>>()
  return apiKey => {
    const found = made.get(apiKey)
    if (found) return found
    const making = make(apiKey)
    made.set(apiKey, making)
    making.catch(() => made.delete(apiKey))
    // A map keeps the order in which its keys came.
    const [oldest] = made.keys()
    if (made.size > KEYS_MAX) made.delete(oldest)
    return making
  }
}
