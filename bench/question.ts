/** What is asked. `first` hears of the first piece of text; aborting the signal ends the call. */
export type Question = { words: string; signal?: AbortSignal; first?: () => void }

/** One way to the server: asks, reads the stream with its usage to the end, and returns the text. */
export type Way = (question: Question) => Promise<string>

export const SYSTEM = 'You write programs.'
export const OUTPUT_TOKENS_MAX = 200
export const MODEL = 'bench'

/** As the house asks it. */
export function requestOf(words: string) {
  return {
    kind: 'implement',
    system: SYSTEM,
    turns: [{ role: 'user', text: words }],
    outputTokensMax: OUTPUT_TOKENS_MAX,
  } as const
}
