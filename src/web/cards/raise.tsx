import { type SubmitEvent, useId, useState } from 'react'
import type { SessionView } from '../api.ts'
import { microOf } from '../credits.ts'
import { creditsFor, dollarsFor } from '../money.ts'
import { Button } from '../parts/button.tsx'
import { useSession } from '../queries.ts'
import type { CardProps } from './props.ts'

/** A cap that was too low by a little is the usual case: half as much again is offered. */
const RAISE_FACTOR = 1.5

/** Raises the cap to an amount that the person names. */
export function RaiseForm({ project, say }: CardProps) {
  const session = useSession()
  return session.data && <Form project={project} say={say} billing={session.data.billing} />
}

type Props = CardProps & { billing: SessionView['billing'] }

function Form({ project, say, billing: { shows, creditUsd } }: Props) {
  const inDollars = shows === 'usd'
  const [cap, setCap] = useState(() => {
    const micro = microOf(project.capCredits) * RAISE_FACTOR
    return inDollars ? dollarsFor(micro, creditUsd) : String(Math.ceil(micro / 1_000_000))
  })
  const [unread, setUnread] = useState(false)
  const id = useId()

  function send(event: SubmitEvent) {
    event.preventDefault()
    const capCredits = inDollars ? creditsFor(cap, creditUsd) : cap.trim()
    setUnread(capCredits === null)
    if (capCredits !== null) void say.send({ type: 'raise', capCredits })
  }

  return (
    <form onSubmit={send} className="flex flex-wrap items-center gap-2 text-sm">
      <label htmlFor={id}>New cap in {inDollars ? 'dollars' : 'credits'}</label>
      <input
        id={id}
        inputMode="decimal"
        value={cap}
        aria-invalid={unread}
        onChange={event => {
          setCap(event.target.value)
          setUnread(false)
        }}
        className="numbers w-24 rounded-xl border border-line bg-paper px-3 py-2 text-base sm:text-sm"
      />
      <Button type="submit" look="primary" disabled={say.busy || cap.trim() === ''}>
        Raise the cap
      </Button>
      {unread && (
        <p role="alert" className="basis-full text-bad">
          The cap is a number of dollars, for instance 2.50.
        </p>
      )}
    </form>
  )
}
