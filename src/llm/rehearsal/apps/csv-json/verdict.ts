import { brief } from './brief.ts'
import { tasks } from './tasks.ts'

/** Where the rehearsal Architect saw that a criterion is met, for the tasks and for the whole. */
const EVIDENCE: Readonly<Record<string, string>> = {
  'T1.1': 'Rows.java and App.java; AppTest.java converts quoted cells, other scripts, and a file.',
  'T1.2': 'Values.java, NUMBER and DIGITS_MAX; ValuesTest.java has a case for each kind.',
  'T1.3': 'Refusal.java, Rows.java; AppTest.java, whatIsNoTableIsRefusedWithTheReason, expects no output.',
  'T2.1': 'Arguments.java and Rows.java; AppTest.java, anotherCharacterMayStandBetweenCells.',
  'T2.2': 'App.java, json; AppTest.java, eachObjectMayHaveALine.',
  C1: 'Rows.java and the acceptance test of C1.',
  C2: 'Values.java and the acceptance test of C2.',
  C3: 'Rows.java, Refusal.java and the acceptance test of C3.',
  C4: 'Arguments.java, App.java and the acceptance test of C4.',
  C5: 'pom.xml: the jar names its libraries, which are put beside it.',
}

/** Judges one task; nothing of this app is seen by the review only. */
export function verify({ task }: { task: string }): object {
  return approved(tasks.find(each => task.split(' ')[0] === each.id)?.criteria ?? [])
}

/** Judges the whole by the criteria of the brief. */
export function verifyProject(): object {
  return { ...approved(brief.criteria), addTasks: [] }
}

function approved(criteria: readonly { id: string }[]) {
  return {
    verdict: 'APPROVED',
    criteria: criteria.map(({ id }) => ({
      id,
      met: true,
      evidence: EVIDENCE[id] ?? 'The checks that were run.',
    })),
    reasons: [],
    changes: [],
  }
}
