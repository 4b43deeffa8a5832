import type { PackagesView, PackageView } from '../api.ts'
import { useBuying, usePackages } from '../buying.ts'
import { showCredits } from '../credits.ts'
import { useSession } from '../queries.ts'
import { showPrice } from '../show.ts'
import { Answered } from './answered.tsx'
import { Button } from './button.tsx'
import { Refused } from './notice.tsx'

/** Every package with its price and the way to pay it. */
export function Packages() {
  const query = usePackages()
  return (
    <Answered query={query} what="packages">
      {sold => <Sold sold={sold} />}
    </Answered>
  )
}

function Sold({ sold: { packages, card, telegram } }: { sold: PackagesView }) {
  const buying = useBuying()
  const shown = card || telegram !== null
  // Whoever is on the way to the page for paying must not order twice.
  const busy = buying.isPending || buying.isSuccess
  return (
    <div className="@container space-y-3">
      {shown && (
        <ul aria-label="Packages" className="grid gap-3 @md:grid-cols-3">
          {packages.map(each => (
            <PackageCard
              key={each.id}
              sold={each}
              onBuy={card ? () => buying.mutate(each.id) : null}
              busy={busy}
            />
          ))}
        </ul>
      )}
      <Refused error={buying.error} />
      {!card && <OtherWays telegram={telegram} />}
    </div>
  )
}

type CardProps = { sold: PackageView; onBuy: (() => void) | null; busy: boolean }

function PackageCard({ sold: { name, credits, price, stars }, onBuy, busy }: CardProps) {
  const shownPrice = showPrice(price)
  return (
    <li className="numbers flex items-center justify-between gap-3 rounded-xl border border-line bg-sheet p-3 @md:flex-col @md:items-stretch">
      <div>
        <p className="text-xs text-soft">{name}</p>
        <p>
          <b className="text-lg font-semibold">{showCredits(credits)}</b>{' '}
          <span className="text-sm text-soft">credits</span>
        </p>
      </div>
      {onBuy ? (
        <Button
          look="primary"
          disabled={busy}
          aria-label={`Buy for ${shownPrice}: ${showCredits(credits)} credits`}
          className="@md:px-2!"
          onClick={onBuy}
        >
          Buy for {shownPrice}
        </Button>
      ) : (
        stars !== null && <p className="font-medium">{stars.toLocaleString('en')} Stars</p>
      )}
    </li>
  )
}

/** How credits are had where no card is taken. */
function OtherWays({ telegram }: { telegram: string | null }) {
  const user = useSession().data?.user.id ?? 'USER'
  return (
    <div className="space-y-2 text-sm">
      {telegram !== null && (
        <p>
          Buy them for Stars in Telegram:{' '}
          <a href={telegram} className="font-medium text-accent underline underline-offset-2">
            open the chat
          </a>
          .
        </p>
      )}
      <p>
        Cards are not taken here. The operator of this installation gives credits with{' '}
        <code className="mt-1 block w-fit rounded bg-sunk px-1.5 py-0.5 font-mono text-xs">
          ./botwright users grant {user} 1000
        </code>
      </p>
    </div>
  )
}
