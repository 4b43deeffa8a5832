import type { CallAnswer } from '../llm/call.ts'
import type { ToolCall, Usage } from '../llm/model.ts'

/** Answers in the forms of OpenAI's chat protocol: platform.openai.com/docs/api-reference/chat/object and …/streaming. */

/** The one model that engines see; the run decides which one answers. */
const MODEL = 'botwright'

/** What every part of an answer repeats: `created` in seconds since the Unix epoch. */
export type Frame = { id: string; created: number }

export function modelsView() {
  return { object: 'list', data: [{ id: MODEL, object: 'model', created: 0, owned_by: MODEL }] }
}

export function completionView(frame: Frame, answer: CallAnswer) {
  const { text, toolCalls, usage } = answer
  const asksTools = toolCalls.length > 0
  const message = {
    role: 'assistant',
    content: text === '' && asksTools ? null : text,
    refusal: null,
    ...(asksTools ? { tool_calls: toolCalls.map(toolCallView) } : {}),
  }
  return {
    ...frame,
    object: 'chat.completion',
    model: MODEL,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(answer) }],
    usage: usageView(usage),
  }
}

/** The parts of a streamed answer, in the order in which they are sent. */
export const chunks = {
  role: (frame: Frame) => chunk(frame, { role: 'assistant', content: '' }),
  text: (frame: Frame, text: string) => chunk(frame, { content: text }),
  toolCalls: (frame: Frame, toolCalls: readonly ToolCall[]) =>
    chunk(frame, {
      tool_calls: toolCalls.map((called, index) => ({ index, ...toolCallView(called) })),
    }),
  finish: (frame: Frame, answer: CallAnswer) => chunk(frame, {}, finishOf(answer)),
  usage: (frame: Frame, usage: Usage) => ({ ...head(frame), choices: [], usage: usageView(usage) }),
}

function chunk(frame: Frame, delta: object, finish: string | null = null) {
  return { ...head(frame), choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] }
}

function head(frame: Frame) {
  return { ...frame, object: 'chat.completion.chunk', model: MODEL }
}

/** An answer is whole or it is none: the gateway takes one that was cut off for a failure. */
function finishOf({ toolCalls }: CallAnswer): 'stop' | 'tool_calls' {
  return toolCalls.length > 0 ? 'tool_calls' : 'stop'
}

function toolCallView({ id, name, input }: ToolCall) {
  return { id, type: 'function', function: { name, arguments: input } }
}

function usageView({ inputTokens, cachedTokens, outputTokens, thinkingTokens }: Usage) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
    completion_tokens_details: { reasoning_tokens: thinkingTokens },
  }
}
