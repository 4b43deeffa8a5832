import { type SubmitEvent, useId, useState } from 'react'
import { microOf } from '../credits.ts'
import { Button } from '../parts/button.tsx'
import type { CardProps } from './props.ts'

/** A cap that was too low by a little is the usual case: half as much again is offered. */
const RAISE_FACTOR = 1.5

/** Raises the cap to an amount that the person names. */
export function RaiseForm({ project, say }: CardProps) {
  const [cap, setCap] = useState(() =>
    String(Math.ceil((microOf(project.capCredits) * RAISE_FACTOR) / 1_000_000)),
  )
  const id = useId()

  function send(event: SubmitEvent) {
    event.preventDefault()
    void say.send({ type: 'raise', capCredits: cap.trim() })
  }

  return (
    <form onSubmit={send} className="flex flex-wrap items-center gap-2 text-sm">
      <label htmlFor={id}>New cap in credits</label>
      <input
        id={id}
        inputMode="decimal"
        value={cap}
        onChange={event => setCap(event.target.value)}
        className="numbers w-24 rounded-xl border border-line bg-paper px-3 py-2 text-base sm:text-sm"
      />
      <Button type="submit" look="primary" disabled={say.busy || cap.trim() === ''}>
        Raise the cap
      </Button>
    </form>
  )
}
