import type { ProjectView } from '../api.ts'
import { microOf, share } from '../credits.ts'
import { useMoney } from '../useMoney.ts'
import { Bar } from './bar.tsx'

/** From this share of the cap on, the meter warns. */
const WARN_SHARE = 0.9

type Props = { amounts: Pick<ProjectView, 'spentCredits' | 'capCredits'>; ended: boolean }

/** Spent against the cap; at the end the cap is no matter any more. */
export function SpentMeter({ amounts: { spentCredits, capCredits }, ended }: Props) {
  const money = useMoney()
  const used = share(microOf(spentCredits), microOf(capCredits))
  const capped = microOf(capCredits) > 0 && !ended
  return (
    <div className="min-w-0 flex-1">
      <p className="numbers mb-1 flex justify-between gap-2 text-xs text-soft">
        <span>Spent</span>
        <span>
          <b className="font-semibold text-ink">{money.bare(spentCredits)}</b>
          {capped ? ` of ${money.bare(capCredits)} cap` : money.unit}
        </span>
      </p>
      {capped && <Bar label="Spent of the cap" share={used} tone={used >= WARN_SHARE ? 'warn' : 'accent'} />}
    </div>
  )
}
