import { expect } from 'vitest'
import type { OrderView } from '../../src/http/buying.ts'
import { type FakeStripe, startStripe } from '../fakes/stripe.ts'
import { onStage, type Stage, type Staging } from './stage.ts'

/** A stage with a Stripe of its own, whose notices reach it. */
export type Shop = Stage & {
  stripe: FakeStripe
  order(packageId: string): Promise<OrderView>
  orderNow(id: string, look?: boolean): Promise<OrderView>
  /** Pays on the processor's page, as a browser does. */
  pay(order: OrderView, by?: 'card' | 'debit'): Promise<void>
  /** The page of an order at the processor. */
  pageOf(order: OrderView): string
  availableCredits(): Promise<string>
}

const SECRET_KEY = 'sk_test_51BotwrightStory'
const WEBHOOK_SECRET = 'whsec_story'

/** Opens it and plays; `deaf`: the notices of the processor are lost. */
export async function inShop(
  { deaf = false, ...staging }: Staging & { deaf?: boolean },
  play: (shop: Shop) => Promise<void>,
): Promise<void> {
  const webhook = { url: 'http://127.0.0.1:9/', secret: WEBHOOK_SECRET }
  await using stripe = await startStripe(
    deaf ? { secretKey: SECRET_KEY } : { secretKey: SECRET_KEY, webhook },
  )
  const settings = {
    ...staging.settings,
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_API_BASE: stripe.origin,
  }
  await onStage({ ...staging, settings }, async stage => {
    const opened = await stage.app.listen()
    if (!opened.ok) throw new Error(opened.says)
    webhook.url = `${opened.value.url}/webhooks/stripe`
    await play(shopOf(stage, stripe))
  })
}

function shopOf(stage: Stage, stripe: FakeStripe): Shop {
  const { client } = stage
  const pageOf = ({ url }: OrderView) => url?.split('/').at(-1) ?? ''
  return {
    ...stage,
    stripe,
    pageOf,
    order: packageId => client.post<OrderView>('/api/orders', { package: packageId }),
    orderNow: (id, look = false) => client.get<OrderView>(`/api/orders/${id}${look ? '?look=yes' : ''}`),
    pay: async ({ url }, by = 'card') => {
      const body = new URLSearchParams({ by })
      const paid = await fetch(url ?? '', { method: 'POST', body, redirect: 'manual' })
      expect(paid.status).toBe(303)
    },
    availableCredits: async () => (await client.session()).balance.availableCredits,
  }
}
