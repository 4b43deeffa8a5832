import { z } from 'zod'
import { criterionSchema } from './brief.ts'
import { taskSchema } from './plan.ts'

const line = z.string().trim().min(1).max(600)

export const verdictSchema = z.object({
  verdict: z.enum(['APPROVED', 'REJECTED']),
  criteria: z.array(z.object({ id: criterionSchema.shape.id, met: z.boolean(), evidence: line })).max(40),
  reasons: z.array(line).max(20),
  changes: z.array(line).max(20),
})
export type Verdict = z.infer<typeof verdictSchema>

/** The verdict on the whole project; a rejection adds the tasks that would mend it. */
export const projectVerdictSchema = verdictSchema.extend({ addTasks: z.array(taskSchema).max(10) })
export type ProjectVerdict = z.infer<typeof projectVerdictSchema>

/**
 * Whether an approval may stand: every criterion that was asked about is answered with "met", and nothing is red.
 * Returns the reasons why not; empty when it stands. The model's word alone is never enough.
 */
export function approvalFaults(
  verdict: Verdict,
  criteria: readonly { id: string }[],
  redChecks: readonly string[],
): string[] {
  const met = new Map(verdict.criteria.map(each => [each.id, each.met]))
  return [
    ...redChecks.map(name => `the check "${name}" is red`),
    ...criteria.filter(each => met.get(each.id) === undefined).map(each => `${each.id} was not judged`),
    ...criteria.filter(each => met.get(each.id) === false).map(each => `${each.id} is not met`),
  ]
}
