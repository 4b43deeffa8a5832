import type { Model } from '../model.ts'
import { answeringModel } from './answer.ts'
import { contextTokensOf, outputTokensOf } from './catalogue.ts'
import { apiAddress, streamConnection } from './connection.ts'

/** Where the API is when no other address is given, and the path of a bare host. */
const USUAL_PATH = '/v1beta'
const USUAL_ADDRESS = `https://generativelanguage.googleapis.com${USUAL_PATH}`

/** Gemma models take no JSON Schema at Google and are asked in words. */
const UNSTRUCTURED = /^gemma/

/** A model of the Gemini API, for instance `gemini-3.8-flash`. Protocol: ai.google.dev/api/generate-content. */
export function googleModel(options: { baseUrl?: string | undefined; id: string; idleMs?: number }): Model {
  const { baseUrl = USUAL_ADDRESS, id, idleMs } = options
  return answeringModel({
    provider: 'google',
    id,
    contextTokensMax: contextTokensOf('google', id),
    outputTokensMax: outputTokensOf('google', id),
    keyed: true,
    reads: ['image/', 'audio/'],
    structured: !UNSTRUCTURED.test(id),
    open: async apiKey => {
      const { createGoogle } = await import('@ai-sdk/google')
      return createGoogle({
        apiKey: apiKey ?? '',
        baseURL: apiAddress(baseUrl, USUAL_PATH),
        fetch: streamConnection(idleMs),
      })(id)
    },
  })
}
