import type { LanguageModelV4 } from '@openrouter/ai-sdk-provider'
import { sha256 } from '../../id.ts'
import type { ModelRequest } from '../model.ts'

type Message = Parameters<LanguageModelV4['doStream']>[0]['prompt'][number]

/** What a provider wants to see again beside the call of a tool, in the SDK's words; nobody else can read it. */
export type Keepsake = NonNullable<Message['providerOptions']>

/** Each is some kilobytes; a coding agent seldom has more than a few hundred calls in one conversation. */
const KEEPSAKES_MAX = 500

/** The keepsakes of one request: those of the calls in its turns, and of the calls in its answer. */
export type Keeping = {
  /** What came with a call of the turn at this place, where it is still known. */
  of(turnAt: number, callId: string): Keepsake | undefined
  keep(callId: string, keepsake: Keepsake): void
}

/**
 * Remembers what came with the calls of tools: Gemini's thought signatures, OpenRouter's reasoning details. Models that
 * get them back go on from the thoughts they had. Our own turns have no place for them, and the protocol of our endpoint
 * has none either, so they stay here, the latest KEEPSAKES_MAX, until the process ends. Without them a model thinks anew.
 *
 * A call is known by all that was said before it and by its id. The id alone would not do: some models count their calls
 * from 0 in each conversation, and one person's thoughts would come to another.
 */
export function openKeepsakes(): (request: ModelRequest) => Keeping {
  const kept = new Map<string, Keepsake>()
  return request => {
    if (request.tools === undefined || request.tools.length === 0) return NOTHING
    const places = placesIn(request)
    const name = (at: number, callId: string) => `${places[at]} ${callId}`
    return {
      of: (turnAt, callId) => kept.get(name(turnAt, callId)),
      keep: (callId, keepsake) => {
        kept.set(name(request.turns.length, callId), keepsake)
        for (const oldest of kept.keys()) {
          if (kept.size <= KEEPSAKES_MAX) break
          kept.delete(oldest)
        }
      },
    }
  }
}

const NOTHING: Keeping = { of: () => undefined, keep: () => undefined }

/** For each turn, and for the answer at the end, a hash of all that was said before it. */
function placesIn({ system, turns }: ModelRequest): string[] {
  const places = [sha256(system)]
  for (const turn of turns) places.push(sha256(`${places.at(-1)} ${JSON.stringify(turn)}`))
  return places
}
