/** Postgres text holds everything but NUL, and its JSON everything but NUL and half a surrogate pair. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

export function storableJson(value: unknown): unknown {
  const json = JSON.stringify(value ?? null)
  return JSON.parse(json, (_, part) => (typeof part === 'string' ? storable(part) : part))
}
