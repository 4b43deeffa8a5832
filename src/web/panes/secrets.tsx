import { type SubmitEvent, useId, useState } from 'react'
import type { SecretsView } from '../api.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmButton } from '../parts/confirm.tsx'
import { Refused } from '../parts/notice.tsx'
import { useRemoveSecret, useSecrets, useSetSecret } from '../secrets.ts'
import { showTime } from '../show.ts'

/** What the app finds in its environment where it is used. A value is typed here and shown nowhere. */
export function Secrets({ id }: { id: string }) {
  const { data } = useSecrets(id)
  return (
    <div className="space-y-4">
      <p className="text-sm text-soft">
        Keys and passwords the app reads from its environment. Models are told the names and what they are
        for, never a value; tests and previews get made-up stand-ins. A value is kept sealed and never shown
        again. Do not write one into the chat: what you say there is read by models.
      </p>
      {data && data.secrets.length > 0 && <Listed id={id} secrets={data.secrets} />}
      <NewSecret id={id} />
    </div>
  )
}

function Listed({ id, secrets }: { id: string; secrets: SecretsView['secrets'] }) {
  const remove = useRemoveSecret(id)
  return (
    <>
      <ul aria-label="Secrets" className="divide-y divide-line rounded-xl border border-line">
        {secrets.map(({ name, description, atMs }) => (
          <li key={name} className="flex items-center gap-3 px-3 py-2">
            <div className="min-w-0 flex-1">
              <p className="font-mono text-sm break-all">{name}</p>
              <p className="text-xs text-soft">
                {description === null ? '' : `${description} · `}set {showTime(atMs)}
              </p>
            </div>
            <ConfirmButton
              label="Remove"
              name={`Remove ${name}`}
              look="bare"
              small
              disabled={remove.isPending}
              question={`Remove ${name}?`}
              detail="Its value is gone for good. Models and tests hear nothing of it any more."
              yes="Remove"
              no="Keep it"
              onYes={() => remove.mutate(name)}
            />
          </li>
        ))}
      </ul>
      <Refused error={remove.error} />
    </>
  )
}

const EMPTY = { name: '', value: '', description: '' }

function NewSecret({ id }: { id: string }) {
  const [said, setSaid] = useState(EMPTY)
  const set = useSetSecret(id)

  function change(part: Partial<typeof EMPTY>) {
    setSaid({ ...said, ...part })
    if (set.error) set.reset()
  }

  function send(event: SubmitEvent) {
    event.preventDefault()
    const { name, value, description } = said
    const given = { name: name.trim(), value, ...(description.trim() === '' ? {} : { description }) }
    set.mutate(given, { onSuccess: () => setSaid(EMPTY) })
  }

  return (
    <form onSubmit={send} autoComplete="off" className="grid gap-3 sm:grid-cols-2">
      <Field
        label="Name"
        hint="MAIL_KEY"
        value={said.name}
        mono
        onChange={name => change({ name: name.toUpperCase() })}
      />
      <Field label="Value" value={said.value} masked onChange={value => change({ value })} />
      <div className="sm:col-span-2">
        <Field
          label="What it is for (optional)"
          hint="The key of the mail service"
          value={said.description}
          onChange={description => change({ description })}
        />
      </div>
      <div className="flex flex-wrap items-center gap-3 sm:col-span-2">
        <Button type="submit" disabled={set.isPending || said.name.trim() === '' || said.value === ''}>
          {set.isPending ? 'Keeping …' : 'Keep secret'}
        </Button>
        {set.isSuccess && (
          <p role="status" className="text-sm text-good">
            Kept.
          </p>
        )}
      </div>
      <div className="sm:col-span-2 empty:hidden">
        <Refused error={set.error} />
      </div>
    </form>
  )
}

type FieldProps = {
  label: string
  hint?: string
  value: string
  masked?: boolean
  mono?: boolean
  onChange: (value: string) => void
}

function Field({ label, hint, value, masked = false, mono = false, onChange }: FieldProps) {
  const fieldId = useId()
  return (
    <div className="space-y-1">
      <label htmlFor={fieldId} className="block text-sm font-medium">
        {label}
      </label>
      <input
        id={fieldId}
        type={masked ? 'password' : 'text'}
        value={value}
        placeholder={hint}
        // A browser that offers to keep it would show it again.
        autoComplete={masked ? 'new-password' : 'off'}
        autoCapitalize="off"
        spellCheck={false}
        onChange={event => onChange(event.target.value)}
        className={`w-full rounded-xl border border-line bg-sheet px-3 py-2 text-base outline-none placeholder:text-soft focus:border-accent ${mono ? 'font-mono' : ''}`}
      />
    </div>
  )
}
