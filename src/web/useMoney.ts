import { createContext, use } from 'react'
import type { Money } from './money.ts'

/** How amounts are shown, from the session; `App` provides it. */
export const MoneyContext = createContext<Money | null>(null)

export function useMoney(): Money {
  const money = use(MoneyContext)
  if (money === null) throw new Error('amounts are shown inside MoneyContext')
  return money
}
