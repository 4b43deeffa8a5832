import type { ModelName } from '../llm/call.ts'
import type { Way } from './ground.ts'
import type { Outcome } from './outcome.ts'
import type { Project } from './project.ts'

/** Adds to an outcome what its calls met: each detour is an event; the person hears of a failing model once. */
export function withDetour(
  result: Outcome,
  { file }: Pick<Project, 'file'>,
  { detour, straight }: Way,
): Outcome {
  if (detour === null) return straight.some(by => named(by) === file.toldOf) ? telling(result, null) : result
  const [from, to] = [named(detour.from), detour.to === null ? 'nobody' : named(detour.to)]
  const event = { type: 'rerouted' as const, from, to, says: detour.says }
  const noted = { ...result, events: [event, ...(result.events ?? [])] }
  if (file.toldOf === from) return noted
  return telling({ ...noted, says: [detour.says, ...(result.says ?? [])] }, from)
}

function telling(result: Outcome, toldOf: string | null): Outcome {
  return { ...result, file: { ...result.file, toldOf } }
}

function named({ provider, model }: ModelName): string {
  return `${provider}:${model}`
}
