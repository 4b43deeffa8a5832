import clsx from 'clsx'
import { type SubmitEvent, useState } from 'react'
import type { ProjectView } from '../api.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Prose } from '../parts/prose.tsx'
import type { CardProps } from './props.ts'

type Question = ProjectView['questions'][number]
/** `null` leaves it to the Architect; `own` means the person's own words, which may still be empty. */
type Choice = { own: boolean; text: string } | null

/** The Architect's questions: take an offer, write something else, or leave it to the Architect. */
export function QuestionsCard({ project, say }: CardProps) {
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>({})

  function send(event: SubmitEvent) {
    event.preventDefault()
    const answers = project.questions.map(({ id }) => ({ id, answer: choices[id]?.text.trim() || null }))
    void say.send({ type: 'answer', answers })
  }

  return (
    <form onSubmit={send}>
      <Card
        title="Questions for you"
        edge="asks"
        actions={
          <Button type="submit" look="primary" disabled={say.busy || !project.allowed.includes('answer')}>
            Send answers
          </Button>
        }
      >
        {project.questions.map(question => (
          <QuestionField
            key={question.id}
            question={question}
            choice={choices[question.id] ?? null}
            onChoose={choice => setChoices({ ...choices, [question.id]: choice })}
          />
        ))}
      </Card>
    </form>
  )
}

type FieldProps = { question: Question; choice: Choice; onChoose: (choice: Choice) => void }

function QuestionField({ question, choice, onChoose }: FieldProps) {
  return (
    <fieldset>
      <legend className="mb-2 font-medium">
        <Prose text={question.text} />
      </legend>
      <div className="flex flex-wrap gap-2">
        {question.offers.map(offer => (
          <Chip
            key={offer}
            group={question.id}
            label={offer}
            checked={choice !== null && !choice.own && choice.text === offer}
            onCheck={() => onChoose({ own: false, text: offer })}
          />
        ))}
        <Chip
          group={question.id}
          label="Something else"
          checked={choice?.own === true}
          onCheck={() => onChoose({ own: true, text: '' })}
        />
        <Chip
          group={question.id}
          label="You decide"
          checked={choice === null}
          onCheck={() => onChoose(null)}
        />
      </div>
      {choice?.own && (
        <input
          // biome-ignore lint/a11y/noAutofocus: it appears because the person just asked to write
          autoFocus
          aria-label={`Your answer to: ${question.text}`}
          value={choice.text}
          onChange={event => onChoose({ own: true, text: event.target.value })}
          className="mt-2 w-full rounded-xl border border-line bg-paper px-3 py-2 text-base sm:text-sm"
        />
      )}
    </fieldset>
  )
}

type ChipProps = { group: string; label: string; checked: boolean; onCheck: () => void }

/** A radio button that looks like a chip; the real one lies over it, so that keys and touch work as everywhere. */
function Chip({ group, label, checked, onCheck }: ChipProps) {
  return (
    <label
      className={clsx(
        'relative inline-flex min-h-9 items-center rounded-full border px-3.5 py-1 text-sm transition has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        checked ? 'border-accent bg-accent-soft font-medium text-accent' : 'border-line hover:border-edge',
      )}
    >
      <input
        type="radio"
        name={group}
        checked={checked}
        onChange={onCheck}
        className="absolute inset-0 size-full cursor-pointer opacity-0"
      />
      {label}
    </label>
  )
}
