import clsx from 'clsx'
import { Link, useLocation } from 'wouter'
import type { SessionView } from '../api.ts'
import { microOf } from '../credits.ts'
import type { Money } from '../money.ts'
import { useMoney } from '../useMoney.ts'
import { buttonClass } from './button.tsx'

/** One line where the account itself stands in the way: it is locked, or its credits run low. */
export function AccountNotice({ session: { billing, balance } }: { session: SessionView }) {
  const money = useMoney()
  const [path] = useLocation()
  const { locked } = billing
  if (locked === null && !(billing.low && money.sells)) return null
  const says =
    locked === null
      ? `Credits run low: ${money.bare(balance.availableCredits)} left.`
      : lockedWords(billing, money)
  const helps = money.sells && (locked === null || locked === 'debt') && path !== '/credits'
  return (
    <div
      role="status"
      className={clsx(
        'flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-xl px-3 py-2 text-sm',
        locked === null ? 'bg-warn-soft text-warn' : 'bg-bad-soft text-bad',
      )}
    >
      <p className="numbers min-w-0 flex-1 basis-52">{says}</p>
      {helps && (
        <Link href="/credits" className={buttonClass('quiet', true)}>
          {locked === null ? 'Buy credits' : 'Buy credits to pay it'}
        </Link>
      )}
    </div>
  )
}

const LOCKED: Readonly<Record<NonNullable<SessionView['billing']['locked']>, string>> = {
  debt: 'a payment was taken back after its credits were used',
  dispute: 'a payment is disputed at its bank',
  operator: 'an operator locked it',
}

function lockedWords({ locked, owedCredits }: SessionView['billing'], money: Money): string {
  const why = locked === null ? '' : `: ${LOCKED[locked]}`
  const owed = microOf(owedCredits) > 0 ? ` It owes ${money.show(owedCredits)}.` : ''
  return `This account is locked${why}.${owed}`
}
