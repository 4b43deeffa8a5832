import { scope } from '../../agents/architect/scope.ts'
import { askFor, type Ground } from '../ground.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import { texts } from '../texts.ts'

/** Writes the one-screen brief, or changes it as the person wishes. */
export async function scoping(ground: Ground): Promise<WorkResult<'scoping'>> {
  const { description, file } = ground.project
  await ground.show('The Architect writes the brief')
  const asked = await askFor(ground, scope, {
    description,
    answered: file.answered,
    ...(file.brief && file.change !== null ? { previous: file.brief, change: file.change } : {}),
  })
  if (!asked.ok)
    return asked.declined === null ? asked.stopped : outcome('declined', { says: [asked.declined] })
  const { title } = asked.value
  return outcome('scoped', {
    file: { brief: asked.value, change: null },
    events: [{ type: 'scoped', title }],
    says: [texts.scoped(title)],
  })
}
