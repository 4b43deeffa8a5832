import type { CallAnswer, Heard } from '../llm/call.ts'
import { storable } from '../llm/storable.ts'
import { type CompletionRefusal, errorOf, refusal, refusalResponse } from './completionRefusal.ts'
import { chunks, type Frame } from './completionView.ts'
import { openSse, type Sse } from './sse.ts'

/** A call that was asked for: its answer, or why there is none. It never throws. */
export type Completion = { ok: true; answer: CallAnswer } | { ok: false; refused: CompletionRefusal }

/** Makes the call; aborting the signal ends it. */
export type MakeCompletion = (hear: (heard: Heard) => void, gone: AbortSignal) => Promise<Completion>

type Streaming = {
  frame: Frame
  includeUsage: boolean
  /** A structured answer may be mended before it is given: it is told when it is whole. */
  inOnePiece: boolean
  /** Aborted when the client has gone. */
  gone: AbortSignal
}

/** Something is sent this often: a client takes a silent connection for a dead one, and a dead one is noticed so. */
export const BEAT_MS = 15_000

/**
 * Answers with server-sent events while the call is made. What is refused before anything could be told is answered
 * with a status of its own; what fails later ends the stream with an error.
 */
export async function streamCompletion(make: MakeCompletion, streaming: Streaming): Promise<Response> {
  const stopped = new AbortController()
  const sse = openSse(() => stopped.abort())
  const teller = openTeller(sse, streaming, () => stopped.abort())
  const beat = setInterval(() => sse.comment('beat'), BEAT_MS)
  const gone = AbortSignal.any([streaming.gone, stopped.signal])
  const ended = make(teller.hear, gone).then(made => {
    clearInterval(beat)
    return made.ok ? teller.finish(made.answer) : teller.fail(made.refused)
  })
  const refused = await Promise.race([sse.opened, ended])
  return refused ? refusalResponse(refused) : sse.response
}

/** Turns what is heard of a call into chunks. */
type Teller = {
  hear(heard: Heard): void
  finish(answer: CallAnswer): undefined
  /** Gives the refusal back where nothing was sent yet. */
  fail(refused: CompletionRefusal): CompletionRefusal | undefined
}

function openTeller(sse: Sse, { frame, includeUsage, inOnePiece }: Streaming, stop: () => void): Teller {
  let told = ''
  const tell = (text: string) => {
    if (text === '') return
    if (told === '') sse.data(chunks.role(frame))
    told += text
    sse.data(chunks.text(frame, text))
  }
  const breakOff = (refused: CompletionRefusal): undefined => {
    sse.data(errorOf(refused))
    sse.end()
  }
  return {
    hear: heard => {
      if (heard.kind === 'waiting') sse.comment('waiting')
      if (heard.kind === 'text' && !inOnePiece) tell(heard.text)
      if (heard.kind !== 'again' || told === '') return
      // What was told cannot be taken back: the engine has to ask anew, and this call is not made to the end.
      breakOff(refusal('broken', 'The answer broke off: ask again.'))
      stop()
    },
    finish: answer => {
      const rest = restOf(answer.text, told)
      if (rest === undefined) return breakOff(refusal('broken', 'The answer broke off: ask again.'))
      tell(rest)
      if (told === '') sse.data(chunks.role(frame))
      if (answer.toolCalls.length > 0) sse.data(chunks.toolCalls(frame, answer.toolCalls))
      sse.data(chunks.finish(frame, answer))
      if (includeUsage) sse.data(chunks.usage(frame, answer.usage))
      sse.data('[DONE]')
      sse.end()
    },
    fail: refused => (sse.isOpen() ? breakOff(refused) : refused),
  }
}

/** What of an answer was not yet told; undefined where it is another answer than the one that was heard. */
function restOf(text: string, told: string): string | undefined {
  return text.startsWith(storable(told)) ? text.slice(told.length) : undefined
}
