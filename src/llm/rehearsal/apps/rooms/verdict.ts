import { brief } from './brief.ts'
import { tasks } from './tasks.ts'

/** Where the rehearsal Architect saw that a criterion is met, for the tasks and for the whole. */
const EVIDENCE: Readonly<Record<string, string>> = {
  'T1.1': 'rooms/booking.py, the parse functions; tests/test_booking.py holds the refusals.',
  'T1.2': 'rooms/store.py, OVERLAPPING; tests/test_store.py tries five overlaps and both neighbours.',
  'T1.3': 'rooms/store.py, writing begins with BEGIN IMMEDIATE; tests/test_store.py lets eight threads ask.',
  'T2.1': 'rooms/web.py, of_day, book and remove; tests/test_web.py has a test for each.',
  'T2.2': 'rooms/web.py, book; tests/test_web.py tries five kinds of wrong forms.',
  'T2.3': 'Jinja escapes in day.html, before_request refuses; tests/test_web.py has both.',
  'T2.4':
    'day.html: labels around all fields, role alert, viewport; style.css has one column and dark colours.',
  'T3.1': 'rooms/__main__.py, main; the acceptance test of C5 opens the file that it wrote.',
  'T3.2': 'rooms/example.py, DAY has no overlaps; tests/test_example.py tries one room and two.',
  'T3.3': 'rooms/__main__.py catches DatabaseError; SQLite does not write to a file that it cannot read.',
  C1: 'The acceptance test of C1.',
  C2: 'The acceptance tests of C2: four overlaps, the neighbours, and twelve who ask at once.',
  C3: 'The hidden acceptance test of C3, which tries eight wrong forms, three days and tags.',
  C4: 'The acceptance test of C4, and the pictures of the page.',
  C5: 'The acceptance tests of C5: the example twice, and a file that holds something else.',
}

/** Asked outside of a transaction: a line of code that is there, not one that a diff takes away. */
const ASKED_BEFORE = /^(?!-).*taken = database\.execute\(OVERLAPPING/m

/** Judges one task by the code that the prompt shows. */
export function verify({ task, prompt }: { task: string; prompt: string }): object {
  if (task === 'T1' && ASKED_BEFORE.test(prompt)) return BOOKED_TWICE
  return approved(tasks.find(each => each.id === task)?.criteria ?? [])
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

const BOOKED_TWICE = {
  verdict: 'REJECTED',
  criteria: [
    { id: 'T1.1', met: true, evidence: EVIDENCE['T1.1'] },
    { id: 'T1.2', met: true, evidence: EVIDENCE['T1.2'] },
    {
      id: 'T1.3',
      met: false,
      evidence: 'rooms/store.py, add: OVERLAPPING and INSERT are two statements without a transaction.',
    },
  ],
  reasons: [
    'Two people who press the button at the same moment are both told that the room is free, and both get it. The tests do not see it, because they ask one after the other.',
  ],
  changes: [
    'rooms/store.py, add: ask and insert in one transaction that starts with BEGIN IMMEDIATE, so that other writers wait.',
    'tests/test_store.py: let eight threads ask for the same room at once and assert that one gets it.',
  ],
}
