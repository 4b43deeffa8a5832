import { type SubmitEvent, useState } from 'react'
import { useLocation } from 'wouter'
import type { SessionView } from '../api.ts'
import { Button } from '../parts/button.tsx'
import { Examples } from '../parts/examples.tsx'
import { Refused } from '../parts/notice.tsx'
import { useCreate } from '../queries.ts'
import { useGivenDescription } from '../startAgain.ts'

/** The box in which every project begins. */
export function NewProject({ examples }: { examples: SessionView['examples'] }) {
  const [description, setDescription] = useState(useGivenDescription())
  const [, navigate] = useLocation()
  const create = useCreate()

  function describe(text: string) {
    setDescription(text)
    if (create.error) create.reset()
  }

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
          onChange={event => describe(event.target.value)}
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
      <Examples
        examples={examples}
        says="Or try an example: it fills in the description, and nothing begins yet."
        onPick={describe}
      />
    </form>
  )
}
