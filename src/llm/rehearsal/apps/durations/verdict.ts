import { brief } from './brief.ts'
import { tasks } from './tasks.ts'

/** Where the rehearsal Architect saw that a criterion is met, for the tasks and for the whole. */
const EVIDENCE: Readonly<Record<string, string>> = {
  'T1.1': 'src/units.js and src/words.js, partsOf; tests/parse.test.js has a case for each unit.',
  'T1.2':
    'src/words.js: the expression is sticky, so a gap ends in a refusal; partOf refuses a unit that was there.',
  'T1.3': 'src/parse.js and src/refusal.js; tests/parse.test.js compares the messages.',
  'T2.1': 'src/format.js, STYLES and format; tests/format.test.js.',
  'T2.2': 'src/format.js, rounded comes before partsOf; tests/format.test.js, "rounding carries over".',
  'T2.3': 'src/format.js, checkMs and checkOptions, which looks styles up as own keys only.',
  'T3.1': 'src/iso.js, parseIso and writeIso; tests/iso.test.js reads and writes each.',
  'T3.2': 'src/iso.js, CALENDAR; tests/iso.test.js.',
  'T3.3': 'src/iso.js, OPEN_END refuses a P or T at the end; tests/iso.test.js.',
  'T4.1': 'examples/demo.js; tests/demo.test.js runs it with samples, arguments and a wrong text.',
  'T4.2': 'package.json has exports and no dependencies; tests/demo.test.js imports it by its name.',
  C1: 'src/words.js and the acceptance test of C1.',
  C2: 'src/format.js and the acceptance test of C2.',
  C3: 'src/iso.js and the acceptance test of C3.',
  C4: 'src/parse.js, src/format.js and the acceptance test of C4.',
  C5: 'The acceptance test of C5 reads back what is written, in every style, up to 2^53 - 1.',
  C6: 'examples/demo.js and the acceptance test of C6.',
}

/** The only guard after the ISO expression is that it matched: a line that is there, not one that a diff takes away. */
const ONLY_MATCHED = /^(?!-).*if \(fields === null\) throw/m

/** Judges one task by the code that the prompt shows. */
export function verify({ task, prompt }: { task: string; prompt: string }): object {
  if (task.startsWith('T3') && ONLY_MATCHED.test(prompt)) return OPEN_END_ACCEPTED
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

const OPEN_END_ACCEPTED = {
  verdict: 'REJECTED',
  criteria: [
    {
      id: 'T3.1',
      met: true,
      evidence: 'src/iso.js, parseIso and writeIso; tests/iso.test.js reads and writes each.',
    },
    { id: 'T3.2', met: true, evidence: 'src/iso.js, CALENDAR; tests/iso.test.js.' },
    {
      id: 'T3.3',
      met: false,
      evidence:
        'src/iso.js, parseIso: every field of ISO is optional and a match is the only condition, so "P" and "PT" give 0.',
    },
  ],
  reasons: [
    '"P" and "PT" are read as 0 and "P1DT" as a day, although nothing follows the P or the T; no test asks for them.',
  ],
  changes: [
    'src/iso.js, parseIso: throw the RangeError also when the text ends with P or T.',
    'tests/iso.test.js: refuse "P", "PT", "P1DT", "-P" and "pt".',
  ],
}
