/**
 * What runners say about how long things took. It differs from run to run and tells a model nothing, but it changes the
 * words of the next request, and with them what the request costs and whether a provider finds it in its cache.
 */
const TIMINGS: readonly { pattern: RegExp; instead: string }[] = [
  // node --test: `(1.25ms)`, `ℹ duration_ms 12.5`, `duration_ms: 12.5`
  { pattern: / \(\d+(?:\.\d+)?m?s\)$/gm, instead: '' },
  { pattern: /^.*\bduration_ms:? [\d.]+\n?/gm, instead: '' },
  // unittest and pytest: `Ran 6 tests in 0.001s`, `6 passed in 0.01s`
  { pattern: / in \d+(?:\.\d+)?s\b/g, instead: '' },
]

/** The output of a check without the times in it. */
export function withoutTimings(output: string): string {
  return TIMINGS.reduce((text, { pattern, instead }) => text.replace(pattern, instead), output)
}
