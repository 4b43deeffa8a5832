import { creditsShown } from '../billing/money.ts'
import type { Package } from '../billing/payments/packages.ts'
import type { Invite, Purchase, Taken, Transaction } from './parts.ts'

/** Every sentence of the bot. Plain text: nothing in it is read as formatting. */

export const COMMANDS = [
  { command: 'buy', description: 'Buy credits with Telegram Stars' },
  { command: 'credits', description: 'See your credits' },
  { command: 'paysupport', description: 'Get help with a payment' },
] as const

/** What Telegram shows of an invoice. */
const TITLE_MAX = 32
const DESCRIPTION_MAX = 255
/** A reason longer than this is cut, so that a list fits into a message of 4096 characters. */
const REASON_MAX = 120
const NUMBER_MAX = 200

const HELP = '/buy adds credits, /credits shows what you have, /paysupport helps with a payment.'

type Offered = Pick<Package, 'name' | 'creditsMicro'> & { stars: number }
type Balance = { availableMicro: bigint; heldMicro: bigint }

export const TEXTS = {
  help: `I did not understand that. ${HELP}`,
  welcome: (grantedMicro: bigint) =>
    grantedMicro > 0n
      ? `Welcome to Botwright. You have ${creditsShown(grantedMicro)} credits to begin with.\n\n${HELP}`
      : `Welcome to Botwright.\n\n${HELP}`,
  welcomeBack: `Welcome back.\n\n${HELP}`,

  nothingSold: 'Credits are not sold for Stars here at the moment.',
  sold: (offered: readonly Offered[]) =>
    ['What would you like to buy?', '', ...offered.map(each => `${each.name}: ${priceOf(each)}`)].join('\n'),
  offer: priceOf,
  invoice: ({ name, creditsMicro }: Offered) => ({
    title: cut(name, TITLE_MAX),
    description: cut(
      `${creditsShown(creditsMicro)} credits for your projects. They are added as soon as Telegram says that you paid.`,
      DESCRIPTION_MAX,
    ),
  }),

  /** What Telegram shows after a press. */
  pressStale: 'This offer has changed. Send /buy to see what is sold now.',
  pressUnknown: 'This button is no longer in use.',

  /** What Telegram shows instead of taking the Stars. */
  checkout: {
    unknown: 'This invoice is not known here. Send /buy for a new one. No Stars were taken.',
    foreign: 'This invoice was made for somebody else. Send /buy for your own. No Stars were taken.',
    paid: 'This invoice has been paid already. No Stars were taken.',
    closed: 'This invoice can no longer be paid. Send /buy for a new one. No Stars were taken.',
    changed: 'The price of this invoice has changed. Send /buy for a new one. No Stars were taken.',
    unsure: 'The payment cannot be checked right now. Try again in a minute. No Stars were taken.',
  },

  paid: ({ changeMicro, availableMicro }: Taken, number: string, support: string) =>
    changeMicro > 0n
      ? `Thank you. ${creditsShown(changeMicro)} credits were added; you have ${creditsShown(availableMicro)} now.\n\nPayment ${number}`
      : `Payment ${number} is in our books; you have ${creditsShown(availableMicro)} credits. If some are missing, write to ${support}.`,
  refunded: ({ changeMicro, availableMicro }: Taken, number: string) =>
    changeMicro < 0n
      ? `Your Stars were given back, and ${creditsShown(-changeMicro)} credits were taken from your account; you have ${creditsShown(availableMicro)} now.\n\nPayment ${number}`
      : `The refund of payment ${number} is in our books; you have ${creditsShown(availableMicro)} credits.`,
  notTaken: (number: string, support: string) =>
    `Telegram told us of payment ${number}, which we cannot place. Write to ${support} and name this number: a person looks at it.`,

  credits: ({ availableMicro, heldMicro }: Balance, transactions: readonly Transaction[]) => {
    const held = heldMicro > 0n ? ` Set aside for work under way: ${creditsShown(heldMicro)}.` : ''
    const lately = transactions.length > 0 ? ['', 'Lately:', ...transactions.map(transactionLine)] : []
    return [`You have ${creditsShown(availableMicro)} credits.${held}`, ...lately].join('\n')
  },
  invite: ({ code, bonusMicro }: Invite, bot: string) =>
    `Bring a friend: https://t.me/${bot}?start=ref_${code}\nTwo weeks after their first purchase both of you get ${creditsShown(bonusMicro)} credits.`,
  paySupport: (support: string, purchases: readonly Purchase[]) => {
    const bought = purchases.map(
      ({ atMs, amountMicro, number }) =>
        `${dayOf(atMs)}: ${creditsShown(amountMicro)} credits, payment ${cut(number, NUMBER_MAX)}`,
    )
    return [
      `Help with payments: write to ${support} and name the number of the payment. Telegram itself cannot help with what is bought here.`,
      '',
      'When a payment is given back, its Stars return to your balance in Telegram at once, and its credits leave your account.',
      '',
      ...(bought.length > 0 ? ['Your last purchases:', ...bought] : ['You have not bought anything yet.']),
    ].join('\n')
  },

  apologies: {
    'given-up': 'Something went wrong on our side, and this was not done. Please try again later.',
    'payment-late':
      'Telegram told us of your payment. Our books are out of reach at the moment; they will take it by themselves, and you need not do anything.',
  },
} as const

function priceOf({ creditsMicro, stars }: Offered): string {
  return `${creditsShown(creditsMicro)} credits for ${stars} ⭐`
}

function transactionLine({ atMs, type, amountMicro, reason }: Transaction): string {
  const sign = amountMicro > 0n ? '+' : ''
  return `${dayOf(atMs)}: ${sign}${creditsShown(amountMicro)} (${cut(reason === '' ? type : reason, REASON_MAX)})`
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** So many units of UTF-16 at most, and no half of a character. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
