import type { Model } from '../model.ts'
import { answeringModel } from './answer.ts'
import { apiAddress, streamConnection } from './connection.ts'

/** The path of a bare host, as Ollama, llama.cpp and vLLM serve it. */
const USUAL_PATH = '/v1'

/** What a local server can read is its own affair, and it says so when it is too much; this bounds what is sent. */
const CONTEXT_TOKENS_MAX = 262_144

/**
 * A model of any server that speaks OpenAI's chat completions, such as Ollama, llama.cpp or vLLM. `baseUrl` is the
 * address of the API, for instance `http://localhost:11434/v1`. Protocol: platform.openai.com/docs/api-reference/chat.
 */
export function localModel(options: { baseUrl: string; id: string; idleMs?: number }): Model {
  const { baseUrl, id, idleMs } = options
  return answeringModel({
    provider: 'local',
    id,
    contextTokensMax: CONTEXT_TOKENS_MAX,
    keyed: false,
    reads: ['image/'],
    structured: true,
    open: async () => {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const server = createOpenAICompatible({
        name: 'local',
        baseURL: apiAddress(baseUrl, USUAL_PATH),
        fetch: streamConnection(idleMs),
        supportsStructuredOutputs: true,
        includeUsage: true,
      })
      return server.chatModel(id)
    },
  })
}
