import clsx from 'clsx'
import { Link } from 'wouter'
import type { OrderView } from '../api.ts'
import { useOrder } from '../buying.ts'
import { orderWords } from '../orderWords.ts'
import { buttonClass } from '../parts/button.tsx'
import { Refused } from '../parts/notice.tsx'

const TONES = {
  works: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  quiet: 'bg-sunk text-ink',
} as const

type Props = { id: string; cancelled: boolean }

/** What became of an order, for who comes back from the page for paying. */
export function OrderNotice({ id, cancelled }: Props) {
  const { data, error, waits } = useOrder(id, !cancelled)
  if (data) return <Told order={data} cancelled={cancelled} waits={waits} />
  return error ? <Refused error={error} /> : null
}

type ToldProps = { order: OrderView; cancelled: boolean; waits: boolean }

function Told({ order, cancelled, waits }: ToldProps) {
  const { says, tone } = orderWords(order, { cancelled, waits })
  return (
    <div
      role="status"
      className={clsx(
        'flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-xl px-4 py-3',
        TONES[tone],
      )}
    >
      <p className="numbers flex min-w-0 flex-1 basis-52 items-center gap-2.5 font-medium">
        {tone === 'works' && <span className="pulse-dot shrink-0" aria-hidden="true" />}
        {says}
      </p>
      {cancelled && order.url !== null && (
        <a href={order.url} className={buttonClass('quiet', true)}>
          Pay after all
        </a>
      )}
      {tone !== 'works' && (
        <Link href="/credits" replace className={buttonClass('bare', true)}>
          Close
        </Link>
      )}
    </div>
  )
}
