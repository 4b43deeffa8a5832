import type { Attempt, TaskRow } from './project.ts'

/** A task is tried at most this often before the person is asked. */
export const ATTEMPTS_MAX = 4

/** The attempts of the series in hand: since the task was last opened or given new words. */
export function inSeries(attempts: readonly Attempt[], series: number): Attempt[] {
  return attempts.filter(attempt => attempt.series === series)
}

/** The next task: the first open one. Plans are ordered, so what it depends on comes before it. */
export function taskInHand(rows: readonly TaskRow[]): TaskRow | undefined {
  return rows.find(row => row.status === 'open')
}

/** Whether another try makes no sense: too many, or the same problem twice in a row. */
export function isStuck(earlier: readonly Attempt[], signature: string): boolean {
  const last = earlier.findLast(attempt => attempt.signature !== '')
  return earlier.length + 1 >= ATTEMPTS_MAX || last?.signature === signature
}

/** A problem without what differs from run to run: numbers, times, addresses, white space. */
export function signatureOf(problem: string): string {
  return problem
    .toLowerCase()
    .replace(/0x[0-9a-f]+/g, '#')
    .replace(/\d+(\.\d+)?/g, '#')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, SIGNATURE_CHARACTERS_MAX)
}

const SIGNATURE_CHARACTERS_MAX = 2_000

/** The open tasks that cannot be built without this one, itself included. */
export function withDependents(rows: readonly TaskRow[], id: string): string[] {
  const gone = new Set([id])
  for (const row of rows) {
    if (row.status === 'open' && row.task.dependsOn.some(other => gone.has(other))) gone.add(row.id)
  }
  return [...gone]
}
