import type { ProjectView } from '../api.ts'
import { TextForm } from '../parts/textForm.tsx'
import type { Say } from '../queries.ts'

export const COMPOSER_ID = 'composer'

const WISHES = [
  {
    type: 'change',
    label: 'What should be different?',
    hint: 'Say what to change …',
  },
  { type: 'refine', label: 'What should be better?', hint: 'Say what to add or mend …' },
] as const

/** One line for what the person may say now in their own words; absent while there is nothing to say. */
export function Composer({ project, say }: { project: ProjectView; say: Say }) {
  const wish = WISHES.find(({ type }) => project.allowed.includes(type))
  if (!wish) return null
  return (
    <TextForm
      key={wish.type}
      inputId={COMPOSER_ID}
      label={wish.label}
      hint={wish.hint}
      submit="Send"
      busy={say.busy}
      onSend={text => say.send({ type: wish.type, text })}
    />
  )
}
