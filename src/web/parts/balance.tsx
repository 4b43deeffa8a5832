import { Link } from 'wouter'
import type { SessionView } from '../api.ts'
import { microOf } from '../credits.ts'
import { showUsd } from '../money.ts'
import { useMoney } from '../useMoney.ts'

type Props = { session: SessionView }

const LINK = 'numbers rounded-xl px-3 py-1.5 text-sm hover:bg-sunk'

/** What there is to spend: credits, as the way to more of them, or what the day cost against its limit. */
export function Balance({ session }: Props) {
  const money = useMoney()
  const { availableCredits, heldCredits } = session.balance
  if (!money.sells) return <Today session={session} />
  return (
    <Link href="/credits" className={`${LINK} -mr-3 text-right`}>
      <b className="font-semibold">{money.bare(availableCredits)}</b>
      <span className="text-soft">{money.unit}</span>
      {microOf(heldCredits) > 0 && (
        <span className="block text-xs text-soft">and {money.bare(heldCredits)} set aside</span>
      )}
    </Link>
  )
}

/** The same in one line beside what goes on; a narrow screen has no room for it. */
export function Left({ session }: Props) {
  const money = useMoney()
  if (!money.sells)
    return (
      <div className="hidden sm:block">
        <Today session={session} />
      </div>
    )
  return (
    <Link href="/credits" className={`${LINK} -mr-3 hidden text-soft sm:block`}>
      <b className="font-semibold text-ink">{money.bare(session.balance.availableCredits)}</b>
      {money.unit} left
    </Link>
  )
}

function Today({ session: { billing } }: Props) {
  if (billing.today === null) return null
  const { spentUsd, limitUsd } = billing.today
  return (
    <p className="numbers text-sm text-soft">
      Today <b className="font-semibold text-ink">{showUsd(spentUsd)}</b> of {showUsd(limitUsd)}
    </p>
  )
}
