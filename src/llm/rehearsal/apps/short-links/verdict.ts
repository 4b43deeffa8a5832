import { brief } from './brief.ts'
import { tasks } from './tasks.ts'

/** Where the rehearsal Architect saw that a criterion is met, for the tasks and for the whole. */
const EVIDENCE: Readonly<Record<string, string>> = {
  'T1.1': 'src/links.ts, add, get and visit; tests/links.test.ts has a test for each.',
  'T1.2': 'src/link.ts, readWish with strict objects; tests/link.test.ts holds the refusals.',
  'T1.3': 'src/link.ts, url: protocol /^https?$/; tests/link.test.ts tries javascript, data, file and ftp.',
  'T2.1': 'src/app.ts, GET /:name answers 302; tests/app.test.ts compares status and Location.',
  'T2.2': 'src/app.ts, the routes under /links; the acceptance tests of C1 and C4.',
  'T2.3': 'src/app.ts, onError and STATUS; tests/app.test.ts has 400, 404, 409, 413 and 500.',
  'T3.1': 'src/store.ts, openLinks; tests/store.test.ts opens the file twice.',
  'T3.2': 'src/store.ts, load checks with zod; tests/store.test.ts tries five kinds of damage.',
  'T3.3':
    'src/links.ts, #change keeps before it assigns; src/store.ts, save renames; both are in tests/store.test.ts.',
  C1: 'The acceptance test of C1.',
  C2: 'The acceptance tests of C2: addresses, names, and what is not JSON.',
  C3: 'The acceptance test of C3, with twenty names that are made up.',
  C4: 'The acceptance test of C4.',
  C5: 'The acceptance tests of C5: a restart, and a damaged file at the start.',
}

/** Addresses of every kind taken: a line of code that is there, not one that a diff takes away. */
const ANY_PROTOCOL = /^(?!-).*\.url\(\{ normalize: true, error:/m

/** Judges one task by the code that the prompt shows. */
export function verify({ task, prompt }: { task: string; prompt: string }): object {
  if (task === 'T1' && ANY_PROTOCOL.test(prompt)) return OPEN_TO_SCRIPTS
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

const OPEN_TO_SCRIPTS = {
  verdict: 'REJECTED',
  criteria: [
    { id: 'T1.1', met: true, evidence: EVIDENCE['T1.1'] },
    { id: 'T1.2', met: true, evidence: EVIDENCE['T1.2'] },
    {
      id: 'T1.3',
      met: false,
      evidence: 'src/link.ts, url: `z.url` takes every protocol, `javascript:` and `data:` among them.',
    },
  ],
  reasons: [
    'Whoever may make links could make one that runs a script, or shows a page of its own, in the browser of whoever follows it. The tests do not see it, because they only try what is no address at all.',
  ],
  changes: [
    'src/link.ts, url: pass `protocol: /^https?$/` to `z.url`.',
    'tests/link.test.ts: assert that javascript, data, file and ftp addresses are refused.',
  ],
}
