/** Keeps the beginning and the end of a stream that may be much longer than memory. */
export type KeptOutput = {
  add(chunk: Uint8Array): void
  /** Bytes seen, kept or not. */
  seenBytes(): number
  truncated(): boolean
  text(): string
}

/** Keeps all of up to `keptBytesMax` bytes; of more than that, the first and the last half. */
export function keepOutput(keptBytesMax: number): KeptOutput {
  const half = Math.floor(keptBytesMax / 2)
  let head: Uint8Array = Buffer.alloc(0)
  let tail: Uint8Array = Buffer.alloc(0)
  let seen = 0
  const leftOut = () => seen - head.length - tail.length
  return {
    add(chunk) {
      const room = Math.max(0, half - head.length)
      seen += chunk.length
      head = Buffer.concat([head, chunk.subarray(0, room)])
      tail = lastBytes(Buffer.concat([tail, lastBytes(chunk.subarray(room), half)]), half)
    },
    seenBytes: () => seen,
    truncated: () => leftOut() > 0,
    text: () => {
      if (leftOut() === 0) return utf8(Buffer.concat([head, tail]))
      return `${utf8(head)}\n… ${leftOut()} bytes left out …\n${utf8(tail)}`
    },
  }
}

/** The last characters of a text, with a mark where it was cut. */
export function lastPart(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `…${text.slice(-charactersMax).toWellFormed()}`
}

/** A NUL is shown as what is no text: nothing that keeps texts can keep it. */
function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').replaceAll('\0', '\uFFFD')
}

function lastBytes(bytes: Uint8Array, count: number): Uint8Array {
  return bytes.subarray(Math.max(0, bytes.length - count))
}
