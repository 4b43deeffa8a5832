import { brief } from './brief.ts'
import { tasks } from './tasks.ts'

/** Where the rehearsal Architect saw that a criterion is met, for the tasks and for the whole. */
const EVIDENCE: Readonly<Record<string, string>> = {
  'T1.1':
    'bill.js, evenShares: rounds down and hands out the odd cents; the sum is the total by construction.',
  'T1.2': 'bill.js, tipOf: a product of whole numbers, divided and rounded once.',
  'T1.3': 'bill.js, parseCents, checkWhole and checkRange; tests/bill.test.js holds the refusals.',
  'T2.1': 'result.js, resultFor and the parse functions; tests/result.test.js has a case for each field.',
  'T2.2':
    'index.html: label for each input, output with aria-live, role alert, viewport; style.css wraps the rows.',
  'T2.3': 'server.js, fileName: a name without slash or second dot; tests/server.test.js asks for others.',
  'T2.4': 'app.js sets textContent only; index.html names no other server, and the policy header forbids it.',
  'T3.1':
    'memory.js, recall checks the three texts; tests/memory.test.js holds the round trip and damaged values.',
  'T3.2': 'memory.js, storageOf asks for the storage under guard; remember and recall go on without one.',
  'T4.1': 'result.js, textOf; its test compares the whole text.',
  'T4.2':
    'app.js: the button is disabled unless the state is split; copy shows the text when the clipboard refuses.',
  C1: 'bill.js and the acceptance tests of C1, which sweep amounts, tips and numbers of people.',
  C2: 'result.js and the acceptance test of C2.',
  C3: 'index.html, style.css and the acceptance test of C3.',
  C4: 'server.js and the acceptance test of C4, which asks for addresses that lead out of the folder.',
  C5: 'memory.js and the acceptance test of C5.',
  C6: 'result.js, app.js and the acceptance test of C6.',
}

/** The storage asked for outside of every guard: a line of code that is there, not one that a diff takes away. */
const UNGUARDED_STORAGE = /^(?!-).*recall\(window\.localStorage\)/m

/** Judges one task by the code that the prompt shows. */
export function verify({ task, prompt }: { task: string; prompt: string }): object {
  if (task.startsWith('T3') && UNGUARDED_STORAGE.test(prompt)) return UNGUARDED
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

const UNGUARDED = {
  verdict: 'REJECTED',
  criteria: [
    {
      id: 'T3.1',
      met: true,
      evidence: 'memory.js, recall; tests/memory.test.js holds the round trip and damaged values.',
    },
    {
      id: 'T3.2',
      met: false,
      evidence: 'app.js, restore: `recall(window.localStorage)` reads the property outside of every guard.',
    },
  ],
  reasons: [
    'Where a browser blocks storage, reading `window.localStorage` itself throws. `restore()` runs before the listeners are added, so nothing on the page would work.',
  ],
  changes: [
    'memory.js: add `storageOf(browser)`, which returns `browser.localStorage` or, when that throws, null; let `remember` and `recall` accept null.',
    'app.js: ask for the storage once, by `storageOf(window)`, and use that.',
    'tests/memory.test.js: play a browser whose `localStorage` throws when it is read.',
  ],
}
