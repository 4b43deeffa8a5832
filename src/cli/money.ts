import { markupOf, millionths, usdShown } from '../billing/money.ts'
import { worthPicoUsd } from '../billing/tariff.ts'
import type { SessionView } from '../http/views.ts'

/** How amounts of credits are shown: as such, or as the dollars they stand for where nothing is sold. */
export type Money = {
  /** `31.20 credits`, `$0.31`. */
  show(credits: string): string
  /** The same without the word, for two amounts in a row: `31.20`, `$0.31`. */
  bare(credits: string): string
  /** The word that follows them; empty where the amounts say it. */
  unit: string
  /** Stored data with its amounts as they are shown: `{"spentCredits":"12"}` stays, or is `{"spent":"$0.12"}`. */
  inside(data: object): object
}

type Billing = Pick<SessionView['billing'], 'shows' | 'creditUsd'>

export function moneyOf({ shows, creditUsd }: Billing): Money {
  if (shows === 'credits')
    return {
      show: credits => `${short(credits)} credits`,
      bare: short,
      unit: ' credits',
      inside: data => data,
    }
  const markup = markupOf(creditUsd, '1')
  const dollars = (credits: string) => usdShown(worthPicoUsd(millionths(credits), markup))
  return { show: dollars, bare: dollars, unit: '', inside: data => shownIn(data, dollars) }
}

const AMOUNT = /^(\w*?)_?credits$/i

function shownIn(data: object, dollars: (credits: string) => string): object {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]): [string, unknown] => {
      const amount = typeof value === 'string' ? AMOUNT.exec(key) : null
      if (amount) return [amount[1] || 'amount', dollars(value)]
      return [key, isPlain(value) ? shownIn(value, dollars) : value]
    }),
  )
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Credits for people: two places. */
function short(credits: string): string {
  const value = Number(credits)
  return Number.isInteger(value) ? `${value}` : value.toFixed(2)
}
