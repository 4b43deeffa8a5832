import type { Compared } from '../billing/payments/reconcile.ts'
import type { OrderView, PackagesView, PackageView } from '../http/buying.ts'
import type { PaymentView } from '../http/payments.ts'
import type { Client } from './client.ts'
import { Refused } from './exit.ts'
import { type Terminal, table } from './terminal.ts'

type Stand = { client: Client; terminal: Terminal }

/** Amounts as they were typed. */
export type SellOptions = { name: string; credits: string; price: string; currency: string; stars?: string }

export async function listPackages({ client, terminal }: Stand): Promise<void> {
  const { packages } = await client.get<{ packages: PackageView[] }>('/api/operator/packages')
  terminal.emit({ packages })
  if (packages.length === 0) return terminal.say('Nothing is sold. `botwright packages sell` changes that.')
  terminal.say(table([['package', 'name', 'credits', 'price', 'Stars'], ...packages.map(row)]))
}

function row({ id, name, credits, price, stars }: PackageView): string[] {
  return [id, name, credits, priceShown(price), stars === null ? 'not sold' : `${stars}`]
}

function priceShown({ amount, currency }: PackageView['price']): string {
  return currency === 'xtr' ? `${amount} Stars` : `${amount} ${currency.toUpperCase()}`
}

export async function sellPackage(
  { client, terminal }: Stand,
  id: string,
  { stars, ...sold }: SellOptions,
): Promise<void> {
  const body = { id, ...sold, ...(stars === undefined ? {} : { stars }) }
  const set = await client.post<PackageView>('/api/operator/packages', body)
  terminal.emit(set)
  terminal.say(`${set.name} is sold from now on: ${set.credits} credits for ${priceShown(set.price)}.`)
}

export async function endPackage({ client, terminal }: Stand, id: string): Promise<void> {
  terminal.emit(await client.post<object>('/api/operator/packages/end', { id }))
  terminal.say(`${id} is not sold any more. What was ordered can still be paid.`)
}

/** Orders a package and prints where it is paid; without one, what there is. */
export async function buy({ client, terminal }: Stand, id: string | undefined): Promise<void> {
  if (id === undefined) {
    const sold = await client.get<PackagesView>('/api/packages')
    terminal.emit(sold)
    if (sold.packages.length === 0) return terminal.say('Nothing is sold here.')
    return terminal.say(table([['package', 'name', 'credits', 'price', 'Stars'], ...sold.packages.map(row)]))
  }
  const order = await client.post<OrderView>('/api/orders', { package: id })
  terminal.emit({ order })
  terminal.say(`${order.credits} credits for ${priceShown(order.price)}. Pay here:\n${order.url ?? ''}`)
}

export async function listPayments({ client, terminal }: Stand): Promise<void> {
  const { payments } = await client.get<{ payments: PaymentView[] }>('/api/operator/payments')
  terminal.emit({ payments })
  if (payments.length === 0) return terminal.say('Nobody has paid yet.')
  const rows = payments.map(each => [
    each.id,
    each.user,
    each.paid === null ? 'not heard of' : `${each.paid} ${each.currency.toUpperCase()}`,
    each.refunded,
    each.dispute ?? '',
    each.credits,
  ])
  terminal.say(table([['payment', 'user', 'paid', 'given back', 'dispute', 'credits'], ...rows]))
}

export async function refundPayment({ client, terminal }: Stand, payment: string): Promise<void> {
  terminal.emit(await client.post<object>('/api/operator/payments/refund', { payment }))
  terminal.say('The money is on its way back, and the credits are taken back.')
}

export async function reconcilePayments({ client, terminal }: Stand, days: string): Promise<void> {
  const asked = { days: Number(days) }
  const found = await client.post<{ processors: Compared[] }>('/api/operator/payments/reconcile', asked)
  terminal.emit(found)
  if (found.processors.length === 0) return terminal.say('No processor is set up: nothing to compare.')
  const rows = found.processors.flatMap(each =>
    each.ok ? [[each.method, `${each.looked}`, `${each.missed}`, `${each.unknown}`]] : [],
  )
  if (rows.length > 0) terminal.say(table([['processor', 'listed', 'missed here', 'unknown there'], ...rows]))
  const failed = found.processors.flatMap(each => (each.ok ? [] : [each.says]))
  if (failed.length > 0) throw new Refused(failed.join('\n'))
}

export async function lockUser({ client, terminal }: Stand, user: string, locked: boolean): Promise<void> {
  const done = await client.post<{ locked: string | null }>('/api/operator/locks', { user, locked })
  terminal.emit(done)
  const still = done.locked === null ? 'is not locked' : `is locked (${done.locked})`
  terminal.say(`${user} ${still}.`)
}
