import { z } from 'zod'
import type { ToolCall } from './model.ts'

const toolCallsSchema = z.array(z.object({ id: z.string(), name: z.string(), input: z.string() }))

/** The tool calls of a stored answer; none where it has none. */
export function readToolCalls(stored: unknown): readonly ToolCall[] {
  return stored === null ? [] : toolCallsSchema.parse(stored)
}
