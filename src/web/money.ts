import type { SessionView } from './api.ts'
import { showCredits } from './credits.ts'

/** How this installation shows amounts: in credits where they are sold, in dollars where the owner pays the providers. */
export type Money = {
  /** Whether credits are sold here. */
  sells: boolean
  /** What stands after a bare amount: ` credits`, or nothing after dollars. */
  unit: string
  /** `12.50` or `$0.13`, where the unit is said elsewhere. */
  bare(credits: string): string
  /** `12.50 credits` or `$0.13`. */
  show(credits: string): string
}

/** Dollars come with at most 12 places. */
const PLACES = 12
const MICRO = 1_000_000n

export function moneyOf({ shows, creditUsd }: Pick<SessionView['billing'], 'shows' | 'creditUsd'>): Money {
  if (shows === 'credits') {
    return {
      sells: true,
      unit: ' credits',
      bare: showCredits,
      show: amount => `${showCredits(amount)} credits`,
    }
  }
  const show = (credits: string) => showPico((scaled(credits, 6) * scaled(creditUsd, PLACES)) / MICRO)
  return { sells: false, unit: '', bare: show, show }
}

/** Dollars for the eye: cents, and below a cent as many places as it takes to not show a cost as nothing. */
export function showUsd(usd: string): string {
  return showPico(scaled(usd, PLACES))
}

function showPico(pico: bigint): string {
  const usd = Number(pico) / 10 ** PLACES
  const small = usd !== 0 && Math.abs(usd) < 0.01
  const places = small
    ? { maximumSignificantDigits: 1 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  return `${usd < 0 ? '−' : ''}$${Math.abs(usd).toLocaleString('en', places)}`
}

/** A decimal as an integer of its last place. */
function scaled(decimal: string, places: number): bigint {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.')
  const size = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'))
  return decimal.startsWith('-') ? -size : size
}

/** No cap has more credits than this. */
const CREDITS_MAX = 999_999_999n

/**
 * Dollars that a person typed (`2.5`, `$2.50`) as the credits they stand for, exact and rounded up to six places; null
 * for what is no such amount.
 */
export function creditsFor(typed: string, creditUsd: string): string | null {
  const dollars = /^\$?\s*(\d{1,9}(?:\.\d{1,6})?)$/.exec(typed.trim())?.[1]
  const worth = scaled(creditUsd, PLACES)
  if (dollars === undefined || worth <= 0n) return null
  const micro = (scaled(dollars, PLACES) * MICRO + worth - 1n) / worth
  if (micro > CREDITS_MAX * MICRO) return null
  const fraction = String(micro % MICRO)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${micro / MICRO}${fraction && `.${fraction}`}`
}

/** What a cap in credits comes to in dollars, rounded up to a cent: `3.00`. */
export function dollarsFor(micro: number, creditUsd: string): string {
  const centMicro = 10n ** BigInt(PLACES - 2) * MICRO
  const cents = (BigInt(Math.ceil(micro)) * scaled(creditUsd, PLACES) + centMicro - 1n) / centMicro
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
}
