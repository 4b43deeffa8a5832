import { brief } from './brief.ts'
import { removal, tasks } from './tasks.ts'

/** Where the rehearsal Architect saw that a criterion is met, for the tasks and for the whole. */
const EVIDENCE: Readonly<Record<string, string>> = {
  'T1.1':
    'tally/expense.py, parse_amount, parse_day and parse_text; tests/test_expense.py holds the refusals.',
  'T1.2': 'tally/store.py, load; tests/test_store.py holds the round trip and five kinds of damage.',
  'T1.3': 'tally/store.py, replace: mkstemp in the same folder, fsync, os.replace; its test fails the write.',
  'T2.1': 'tally/cli.py, add and in_order; the acceptance tests of C1 and C3.',
  'T2.2': 'tally/cli.py, show; tests/test_cli.py narrows by month and category together.',
  'T2.3':
    'tally/cli.py, main catches TallyError; every text is parsed before load; the acceptance test of C2.',
  'T3.1': 'tally/totals.py, sums adds Decimals; the acceptance test of C4 adds ten dimes.',
  'T3.2': 'tally/totals.py, sums sorts by the key that it groups by; tests/test_totals.py mixes the order.',
  'T4.1': 'tally/export.py, write_csv and as_text; the acceptance tests of C5 read the file back.',
  'T4.2': 'tally/cli.py, export compares resolved paths and wraps OSError; tests/test_cli.py has both.',
  'T5.1':
    'tally/cli.py, remove keeps every other expense as it is; tests/test_cli.py removes the second of three.',
  'T5.2': 'tally/cli.py, remove raises before it saves; tests/test_cli.py compares the bytes of the log.',
  C1: 'The acceptance test of C1: two runs, one that adds and one that lists.',
  C2: 'The acceptance test of C2, which tries seven amounts and three days.',
  C3: 'The acceptance test of C3.',
  C4: 'The acceptance tests of C4, by month and by category.',
  C5: 'The acceptance tests of C5: the file is read back, formulas are text, the log is not overwritten.',
  C6: 'The acceptance test of C6: the option, the variable, and three kinds of damage.',
}

/** The log written in place: a line of code that is there, not one that a diff takes away. */
const WRITTEN_IN_PLACE = /^(?!-).*path\.write_text\(json\.dumps\(/m

/** Judges one task by the code that the prompt shows. */
export function verify({ task, prompt }: { task: string; prompt: string }): object {
  if (task === 'T1' && WRITTEN_IN_PLACE.test(prompt)) return IN_PLACE
  return approved([...tasks, ...removal].find(each => each.id === task)?.criteria ?? [])
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

const IN_PLACE = {
  verdict: 'REJECTED',
  criteria: [
    { id: 'T1.1', met: true, evidence: EVIDENCE['T1.1'] },
    { id: 'T1.2', met: true, evidence: EVIDENCE['T1.2'] },
    {
      id: 'T1.3',
      met: false,
      evidence: 'tally/store.py, save: `path.write_text(...)` empties the log before it writes the new one.',
    },
  ],
  reasons: [
    'A kill, a full disk or a power cut in the middle of `save` leaves half a log or none, and every expense noted so far is lost. The tests do not see it, because nothing interrupts them.',
  ],
  changes: [
    'tally/store.py, save: write to a temporary file in the same folder, flush and fsync it, then `os.replace` it onto the log; remove the temporary file when that fails.',
    'tests/test_store.py: let the write fail midway and assert that the old log is unchanged and nothing else is left in the folder.',
  ],
}
