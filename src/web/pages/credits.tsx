import { Link, useSearchParams } from 'wouter'
import type { SessionView } from '../api.ts'
import { microOf, showCredits } from '../credits.ts'
import { AccountNotice } from '../parts/accountNotice.tsx'
import { Packages } from '../parts/packages.tsx'
import { OrderNotice } from './orderNotice.tsx'
import { Transactions } from './transactions.tsx'

/** What there is, the way to more, and everything that changed it. */
export function CreditsPage({ session }: { session: SessionView }) {
  const [search] = useSearchParams()
  const order = search.get('order')
  return (
    <div className="mx-auto max-w-3xl px-4 pb-16 sm:px-6">
      <title>Credits · Botwright</title>
      <header className="flex items-center gap-2 py-4">
        <Link
          href="/"
          aria-label="All projects"
          className="-ml-2 grid size-9 shrink-0 place-items-center rounded-xl text-2xl leading-none text-soft hover:bg-sunk hover:text-ink"
        >
          ‹
        </Link>
        <h1 className="text-lg font-semibold">Credits</h1>
      </header>
      <main className="space-y-8">
        {order !== null && (
          <OrderNotice key={order} id={order} cancelled={search.get('cancelled') === 'yes'} />
        )}
        {session.billing.locked !== null && <AccountNotice session={session} />}
        <Have session={session} />
        <section aria-labelledby="buy">
          <h2 id="buy" className="mb-3 text-sm font-semibold text-soft">
            Buy credits
          </h2>
          <Packages />
        </section>
        <Transactions />
      </main>
    </div>
  )
}

function Have({ session: { balance, billing } }: { session: SessionView }) {
  return (
    <dl className="numbers flex flex-wrap gap-x-10 gap-y-3 rounded-2xl border border-line bg-sheet p-4 sm:p-5">
      <Amount name="Available" credits={balance.availableCredits} large />
      <Amount name="Set aside for projects" credits={balance.heldCredits} />
      {microOf(billing.owedCredits) > 0 && <Amount name="Owed" credits={billing.owedCredits} bad />}
    </dl>
  )
}

type AmountProps = { name: string; credits: string; large?: boolean; bad?: boolean }

function Amount({ name, credits, large, bad }: AmountProps) {
  return (
    <div className="flex flex-col justify-between">
      <dt className="text-sm text-soft">{name}</dt>
      <dd className={`font-semibold ${large ? 'text-3xl' : 'text-xl'} ${bad ? 'text-bad' : ''}`}>
        {showCredits(credits)}
      </dd>
    </div>
  )
}
