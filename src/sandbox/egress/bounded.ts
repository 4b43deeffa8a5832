/** There is more of something than may be; the message says how much may. */
export class TooMuch extends Error {}

/** The pieces, until they are more than may be; then it throws `TooMuch`. */
export async function* upTo(body: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > bytesMax) throw new TooMuch(longerThan(bytesMax))
    yield piece
  }
}

export function longerThan(bytesMax: number): string {
  return `longer than ${bytesMax} bytes`
}
