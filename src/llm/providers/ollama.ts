import { z } from 'zod'
import { connection } from './connection.ts'

/** Where Ollama listens unless it is told otherwise. */
const USUAL_ORIGIN = 'http://127.0.0.1:11434'
/** A server on this machine that does not answer by then is not there; nobody waits for it at the start. */
const LIMIT_MS = 300

/** A server on this machine: the address of its API and the names of its models, in its own order. */
export type Ollama = { baseUrl: string; models: string[] }

const tagsSchema = z.object({ models: z.array(z.object({ name: z.string().min(1) })) })

/**
 * An Ollama on this machine that has models; undefined when it does not answer or has none. Source:
 * docs.ollama.com/api/tags.
 */
export async function findOllama(origin = USUAL_ORIGIN, fetch = connection): Promise<Ollama | undefined> {
  const models = await modelsAt(`${origin}/api/tags`, fetch)
  return models.length === 0 ? undefined : { baseUrl: `${origin}/v1`, models }
}

async function modelsAt(url: string, fetch: typeof connection): Promise<string[]> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) })
    const { models } = tagsSchema.parse(await response.json())
    return models.map(({ name }) => name)
  } catch {
    return []
  }
}
