import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { startStripe } from '../fakes/stripe.ts'
import { openBrowser, openPage, VIEWPORTS, type ViewportName } from './page.ts'
import { screensIn, startProduct } from './product.ts'
import { buildThroughThePage, describe, screenshots, signIn } from './story.ts'

/** Buying credits through the page, and the page where nothing is sold. */

const STORY_MS_MAX = 600_000
const LOADED_MS_MAX = 10_000
/** Enough for nothing that the rehearsal does. */
const TOO_FEW = '2'
/** Enough for the questions, and below the threshold of the warning. */
const LOW = '40'
const SECRET_KEY = 'sk_test_browser'
const DESCRIPTION = REHEARSAL_APPS.find(app => app.name === 'durations')?.description ?? ''

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const viewports = Object.keys(VIEWPORTS) as ViewportName[]

test.each(viewports)(
  'a project that ran out of credits goes on by itself after they were bought, on a %s',
  { timeout: STORY_MS_MAX },
  async viewport => {
    await using stripe = await startStripe({ secretKey: SECRET_KEY })
    await using server = await startProduct({
      INITIAL_CREDITS: TOO_FEW,
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_API_BASE: stripe.origin,
    })
    const { page, complaints } = await openPage(browser, viewport)
    const look = screenshots(page, screensIn(`${viewport}-buying`))
    await signIn(page, { baseUrl: server.url, signInLink: server.link })
    await describe(page, DESCRIPTION)
    const paused = page.getByRole('region', { name: 'Paused: too few credits' })
    await paused.getByText('goes on by itself').waitFor()
    await look('paused')
    const projectUrl = page.url()
    await paused.getByRole('button', { name: 'Buy for $20: 2,000 credits' }).click()

    await page.getByRole('button', { name: 'Pay by card' }).waitFor()
    const order = stripe.received.at(-1)?.form.client_reference_id
    await page.goto(`${server.url}/credits?order=${order}&cancelled=yes`)
    await page.getByText('Nothing was bought.').waitFor()
    await look('cancelled')
    await page.getByRole('link', { name: 'Pay after all' }).click()
    await page.getByRole('button', { name: 'Pay by card' }).click()

    await page.getByText('2,000 credits have arrived.').waitFor({ timeout: 30_000 })
    const transactions = page.getByRole('list', { name: 'Transactions' })
    await transactions.getByText('+2,000').waitFor()
    await expectFits(page)
    await look('arrived')
    await page.getByRole('link', { name: 'Close' }).click()
    await page.getByText('2,000 credits have arrived.').waitFor({ state: 'detached' })

    await page.goto(projectUrl)
    await paused.waitFor({ state: 'detached' })
    await page.getByRole('region', { name: /^Questions for you|^The brief:/ }).waitFor({ timeout: 60_000 })

    // The bank takes the money back after most of it is gone.
    await server.command('users', 'grant', 'owner', '-1990', '--reason', 'Gone')
    const intent = stripe.intentOf('cs_test_0')
    for (const [status, says] of [
      [
        'needs_response',
        /^This account is locked: a payment is disputed at its bank\. It owes [\d,.]+ credits\.$/,
      ],
      ['lost', /^This account is locked: a payment was taken back after its credits were used\. It owes/],
    ] as const) {
      await stripe.dispute(intent, status)
      await server.command('payments', 'reconcile')
      await page.goto(server.url)
      await page.getByText(says).waitFor()
      await look(`dispute-${status}`)
    }
    await page.getByRole('link', { name: 'Buy credits to pay it' }).click()
    await page.getByText('Owed').waitFor()
    await page.getByRole('button', { name: 'Buy for $5: 500 credits' }).click()
    await page.getByRole('button', { name: 'Pay by debit' }).click()
    await page.getByText(/^Waiting for the payment/).waitFor()
    await look('waiting')
    await stripe.settle('cs_test_1', 'failed')
    await page.getByText(/The payment failed/).waitFor({ timeout: 30_000 })
    await look('failed')
    await expectFits(page)
    // The fake has no icon, which browsers ask for by themselves.
    expect(complaints.filter(each => !each.includes('404'))).toEqual([])
  },
)

test('where no card is taken, the page says how else credits are had', async () => {
  await using server = await startProduct({ INITIAL_CREDITS: TOO_FEW })
  const { page, complaints } = await openPage(browser, 'phone')
  const look = screenshots(page, screensIn('phone-no-card'))
  await signIn(page, { baseUrl: server.url, signInLink: server.link })
  await page.getByRole('link', { name: '2 credits' }).click()
  await page.getByText('./botwright users grant owner 1000').waitFor()
  expect(await page.getByRole('button', { name: /^Buy/ }).count()).toBe(0)
  await page.getByRole('list', { name: 'Transactions' }).getByText('+2').waitFor()
  await look('no-card')
  await page.goto(`${server.url}/credits?order=nobody`)
  await page.getByText('There is no such order.').waitFor()
  await expectFits(page)
  expect(complaints.filter(each => !each.includes('404'))).toEqual([])
})

test.each(viewports)(
  'credits that run low, and an account that is locked, are told wherever it matters, on a %s',
  async viewport => {
    await using server = await startProduct({ INITIAL_CREDITS: LOW })
    const { page, complaints } = await openPage(browser, viewport)
    const look = screenshots(page, screensIn(`${viewport}-account`))
    await signIn(page, { baseUrl: server.url, signInLink: server.link })
    await describe(page, DESCRIPTION)
    const low = page.getByRole('status').filter({ hasText: /^Credits run low: [\d.]+ left/ })
    await low.waitFor()
    await look('low')
    await page.getByRole('link', { name: 'All projects' }).click()
    await low.waitFor()
    await look('low-home')
    await server.command('users', 'grant', 'owner', '5', '--reason', 'For the trouble')
    await low.getByRole('link', { name: 'Buy credits' }).click()
    await page.getByText('For the trouble').waitFor()

    // A page of the list with one transaction: the others are a page away.
    await page.route('**/api/credits*', route => {
      const url = new URL(route.request().url())
      url.searchParams.set('limit', '1')
      return route.continue({ url: url.href })
    })
    await page.reload()
    const transactions = page.getByRole('list', { name: 'Transactions' })
    await transactions.getByText('+5').waitFor()
    await page.getByRole('button', { name: 'Show more' }).click()
    await transactions.getByText('A model call').waitFor()
    await look('transactions')

    await server.command('users', 'lock', 'owner')
    await page.goto(server.url)
    await page.getByText('This account is locked: an operator locked it.').waitFor()
    await look('locked')
    await expectFits(page)
    expect(complaints).toEqual([])
  },
)

test('where nothing is sold, amounts are dollars and the word is nowhere', {
  timeout: STORY_MS_MAX,
}, async () => {
  await using server = await startProduct({ BILLING: 'off' })
  const { page, complaints } = await openPage(browser, 'desktop')
  const screensDir = screensIn('desktop-owner')
  await buildThroughThePage(page, {
    baseUrl: server.url,
    signInLink: server.link,
    description: DESCRIPTION,
    ...(screensDir ? { screenshotsDir: screensDir } : {}),
  })
  await page.getByText('The plan said').waitFor()
  const project = new URL(page.url()).pathname.split('/').slice(0, 3).join('/')
  for (const view of ['', '/plan', '/costs', '/evidence']) {
    await page.goto(`${server.url}${project}${view}`)
    await page.getByText('of $25.00').waitFor({ state: 'attached' })
    await expectNoCredits(page)
  }
  await page.goto(`${server.url}/credits`)
  await page.getByText(/^Today \$\d+\.\d+ of \$25\.00$/).waitFor()
  await page.getByRole('link', { name: /Delivered.*\$\d+\.\d\d/ }).waitFor()
  await expectNoCredits(page)
  expect(complaints).toEqual([])
})

async function expectFits(page: Page) {
  const widths = await page.evaluate<number[]>('[document.documentElement.scrollWidth, window.innerWidth]')
  expect(widths[0], 'nothing is wider than the screen').toBeLessThanOrEqual(widths[1] ?? 0)
}

async function expectNoCredits(page: Page) {
  await expect.poll(() => page.getByText(/^Loading/).count(), { timeout: LOADED_MS_MAX }).toBe(0)
  expect(await page.locator('#root').textContent()).not.toMatch(/credit/i)
}
