import { questions } from '../../agents/architect/questions.ts'
import { askFor, type Ground } from '../ground.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import { texts } from '../texts.ts'

/** Questions are asked in at most this many rounds. */
const ROUNDS_MAX = 2

/** Reads the description: what is unclear is asked, a clear one goes on. */
export async function brief(ground: Ground): Promise<WorkResult<'brief'>> {
  const { description, file } = ground.project
  const roundsLeft = ROUNDS_MAX - file.rounds
  if (roundsLeft <= 0) return outcome('clear', { file: { questions: [] } })
  await ground.show('The Architect reads the description')
  const asked = await askFor(ground, questions, { description, answered: file.answered, roundsLeft })
  if (!asked.ok)
    return asked.declined === null ? asked.stopped : outcome('declined', { says: [asked.declined] })
  const open = asked.value.questions
  if (open.length === 0) return outcome('clear', { file: { questions: [] } })
  return outcome('unclear', {
    file: { questions: open, rounds: file.rounds + 1 },
    events: [{ type: 'asked', questions: open.length, round: file.rounds + 1 }],
    says: [texts.questions(open.length)],
  })
}
