import { type SubmitEvent, useState } from 'react'
import { useLocation } from 'wouter'
import type { SessionView } from '../api.ts'
import { Button } from '../parts/button.tsx'
import { Refused } from '../parts/notice.tsx'
import { useCreate } from '../queries.ts'

/** The box in which every project begins. */
export function NewProject({ examples }: { examples: SessionView['examples'] }) {
  const [description, setDescription] = useState('')
  const [, navigate] = useLocation()
  const create = useCreate()

  function send(event?: SubmitEvent) {
    event?.preventDefault()
    if (description.trim() === '' || create.isPending) return
    create.mutate(description.trim(), { onSuccess: project => navigate(`/p/${project.id}`) })
  }

  return (
    <form onSubmit={send} className="space-y-4">
      <label
        htmlFor="description"
        className="block text-2xl font-semibold tracking-tight text-balance sm:text-4xl"
      >
        What do you want built?
      </label>
      <div className="rounded-2xl border border-line bg-sheet shadow-xs focus-within:border-accent focus-within:ring-4 focus-within:ring-accent-soft">
        <textarea
          id="description"
          rows={4}
          value={description}
          placeholder="Describe the app in your own words: what it is for, who uses it, what it must do."
          onChange={event => setDescription(event.target.value)}
          onKeyDown={event => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && send()}
          className="field-sizing-content max-h-[50dvh] min-h-32 w-full resize-none rounded-2xl bg-transparent p-4 text-base outline-none placeholder:text-soft"
        />
        <div className="flex items-center justify-between gap-3 px-3 pb-3">
          <span className="pl-1 text-xs text-soft">
            You see the plan and its price before anything is built.
          </span>
          <Button
            type="submit"
            look="primary"
            disabled={description.trim() === '' || create.isPending}
            title="Ctrl+Enter"
          >
            {create.isPending ? 'Starting …' : 'Start'}
          </Button>
        </div>
      </div>
      <Refused error={create.error} />
      {examples.length > 0 && <Examples examples={examples} onPick={setDescription} />}
    </form>
  )
}

type ExamplesProps = { examples: SessionView['examples']; onPick: (description: string) => void }

function Examples({ examples, onPick }: ExamplesProps) {
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="sr-only">Examples</legend>
      <span className="text-sm text-soft">Try</span>
      {examples.map(({ title, description }) => (
        <button
          key={title}
          type="button"
          title={description}
          onClick={() => onPick(description)}
          className="rounded-full border border-line bg-sheet px-3.5 py-1.5 text-sm transition hover:border-accent hover:text-accent"
        >
          {title}
        </button>
      ))}
    </fieldset>
  )
}
