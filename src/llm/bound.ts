import type { Media, ModelRequest } from './model.ts'

/** The most that a call can use, over-estimated from its request before it is made. */
export type Bound = { inputTokens: number; outputTokens: number; images: number }

/** A token of a byte-level vocabulary is rarely under two bytes of text or code. */
const BYTES_PER_TOKEN_LOW = 2

/** Above what providers count for one picture at full size (Gemini tiles of 258, OpenAI's and Anthropic's some 1,600). */
const IMAGE_TOKENS_HIGH = 8_000

/** Gemini counts 32 tokens a second; speech under 16 kbit/s, 2,000 bytes a second, is rare. */
const RECORDING_BYTES_PER_TOKEN_LOW = 60

/** The bound of a request: its words over-estimated, its media, and all the output that it may write. */
export function boundOf(request: ModelRequest): Bound {
  const media = mediaIn(request)
  const words = Buffer.byteLength(JSON.stringify(request, withoutBytes))
  const mediaTokens = media.reduce((sum, each) => sum + tokensOf(each), 0)
  return {
    inputTokens: Math.ceil(words / BYTES_PER_TOKEN_LOW) + mediaTokens,
    outputTokens: request.outputTokensMax,
    images: media.filter(isImage).length,
  }
}

export function mediaIn({ turns }: ModelRequest): Media[] {
  return turns.flatMap(turn => (turn.role === 'user' ? (turn.media ?? []) : []))
}

function withoutBytes(name: string, value: unknown): unknown {
  return name === 'base64' ? undefined : value
}

function tokensOf(media: Media): number {
  return isImage(media) ? IMAGE_TOKENS_HIGH : Math.ceil(media.base64.length / RECORDING_BYTES_PER_TOKEN_LOW)
}

function isImage({ mediaType }: Media): boolean {
  return mediaType.startsWith('image/')
}
