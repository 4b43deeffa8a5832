import { brief } from './brief.ts'
import { tasks } from './tasks.ts'

/** Where the rehearsal Architect saw that a criterion is met, for the tasks and for the whole. */
const EVIDENCE: Readonly<Record<string, string>> = {
  'T1.1': 'src/counts.rs, Counts::of; its tests count lines, words and characters.',
  'T1.2': 'src/counts.rs counts graphemes; its test has an accent of two code points and emoji of several.',
  'T1.3': 'src/report.rs, Problem; its tests hold the sentences and the exit codes.',
  'T2.1': 'src/ranking.rs, most_common; its tests hold the order.',
  'T2.2': 'src/arguments.rs, number_of_words; its test refuses 0, -1, a word and nothing.',
  'T2.3': 'src/main.rs, print; tests/pipe.rs goes away after the first line.',
  C1: 'src/report.rs, counted, and the acceptance test of C1.',
  C2: 'src/counts.rs and the acceptance test of C2.',
  C3: 'src/ranking.rs and the acceptance test of C3.',
  C4: 'src/report.rs, src/arguments.rs and the acceptance test of C4.',
  C5: 'src/main.rs, print, and tests/pipe.rs.',
}

/** Printing that panics when nobody reads: a line that is there, not one that a diff takes away. */
const PANICS = /^(?!-).*\bprint!\("\{text\}"\)/m

/** Judges one task by the code that the prompt shows. */
export function verify({ task, prompt }: { task: string; prompt: string }): object {
  if (task.startsWith('T2') && PANICS.test(prompt)) return PANICKING
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

const PANICKING = {
  verdict: 'REJECTED',
  criteria: [
    { id: 'T2.1', met: true, evidence: 'src/ranking.rs, most_common; its tests hold the order.' },
    { id: 'T2.2', met: true, evidence: 'src/arguments.rs, number_of_words; its test holds the refusals.' },
    {
      id: 'T2.3',
      met: false,
      evidence: 'src/main.rs: `print!("{text}")` panics when standard output is closed.',
    },
  ],
  reasons: [
    'A long ranking is what people pipe into `head`. As soon as `head` has its lines, `print!` fails, and the program ends with a panic and exit code 101.',
  ],
  changes: [
    'src/main.rs: write the text by `write_all` and take `ErrorKind::BrokenPipe` for an ordinary end.',
    'tests/pipe.rs: start the program with a long ranking, read one line, close, and expect success without a word.',
  ],
}
