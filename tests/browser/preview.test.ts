import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { openBrowser, openPage, VIEWPORTS, type ViewportName } from './page.ts'
import { type Server, screensIn, startProduct } from './product.ts'
import { buildThroughThePage, screenshots } from './story.ts'

/** A person keeps a secret and looks at the app that was built, which the browser keeps apart from our page. */

const STORY_MS_MAX = 600_000
const START_MS_MAX = 60_000
const SECRET = 'sk-live-of-the-person'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

/** The whole story is long: both are played where their pictures are wanted. */
const PLAYED: readonly ViewportName[] = process.env.SCREENS
  ? (Object.keys(VIEWPORTS) as ViewportName[])
  : ['phone']

test.each(PLAYED)(
  'a person keeps a secret and opens a preview of the app on a %s',
  { timeout: STORY_MS_MAX },
  async viewport => {
    await using server = await startProduct()
    const { page, complaints } = await openPage(browser, viewport)
    const look = screenshots(page, screensIn(`${viewport}-preview`))
    await buildThroughThePage(page, {
      baseUrl: server.url,
      signInLink: server.link,
      description: REHEARSAL_APPS.find(app => app.name === 'split-bill')?.description ?? '',
    })
    await keepSecret(page, look)
    const url = await startPreview(page, look)
    const shown = await openPreview(page.context(), url, server)
    await screenshots(shown, screensIn(`${viewport}-preview-app`))('app')
    await stopPreview(page, look)
    await shown.reload()
    await shown.getByRole('heading', { name: 'This preview has ended' }).waitFor()
    await screenshots(shown, screensIn(`${viewport}-preview-ended`))('ended')
    // The refused name is one answer with 400, which the browser notes.
    expect(complaints.filter(each => !each.includes('400'))).toEqual([])
    expect(await page.content()).not.toContain(SECRET)
  },
)

type Look = (name: string) => Promise<void>

async function keepSecret(page: Page, look: Look): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Views of the project' })
    .getByRole('link', { name: 'Plan', exact: true })
    .click()
  await page.getByText('Secrets', { exact: true }).click()
  const value = page.getByLabel('Value')
  expect(await value.getAttribute('type')).toBe('password')
  await page.getByLabel('Name', { exact: true }).fill('path')
  await value.fill(SECRET)
  await page.getByRole('button', { name: 'Keep secret' }).click()
  await page.getByText('That name means something to the programs').waitFor()
  await look('secret-refused')
  await page.getByLabel('Name', { exact: true }).fill('mail_key')
  await page.getByLabel('What it is for').fill('The key of the mail service')
  await page.getByRole('button', { name: 'Keep secret' }).click()
  const listed = page.getByRole('list', { name: 'Secrets' })
  await listed.getByText('MAIL_KEY', { exact: true }).waitFor()
  expect(await value.inputValue()).toBe('')
  await look('secret-kept')
  await noWiderThanTheScreen(page)
}

async function startPreview(page: Page, look: Look): Promise<string> {
  const chat = page.getByRole('link', { name: 'Chat', exact: true })
  if (await chat.isVisible()) await chat.click()
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByRole('button', { name: 'Start preview' }).scrollIntoViewIfNeeded()
  await look('delivered')
  await preview.getByRole('button', { name: 'Start preview' }).click()
  const link = preview.getByRole('link', { name: 'Open preview' })
  await link.waitFor({ timeout: START_MS_MAX })
  await preview.getByText('15 min left').waitFor()
  await preview.getByRole('button', { name: 'More time' }).click()
  await preview.getByText('30 min left').waitFor()
  await look('preview-runs')
  await noWiderThanTheScreen(page)
  return (await link.getAttribute('href')) ?? ''
}

/** As the person opens it, in the browser that holds our cookie. */
async function openPreview(context: BrowserContext, url: string, server: Server): Promise<Page> {
  expect(new URL(url).hostname).toMatch(/^[\da-f]{40}\.localhost$/)
  const shown = await context.newPage()
  await shown.goto(url)
  await shown.getByRole('heading').first().waitFor()
  const cookies = await context.cookies(server.url)
  expect(cookies.map(({ name }) => name)).toEqual(['botwright'])
  expect(await context.cookies(url)).toEqual([])
  const read = (address: string) =>
    shown.evaluate<string>(
      `fetch('${address}', { credentials: 'include' }).then(a => a.text(), () => 'nothing')`,
    )
  for (const host of [server.url, server.url.replace('127.0.0.1', 'localhost')])
    expect(await read(`${host}/api/session`)).toBe('nothing')
  expect(await read('/api/session')).not.toContain('balance')
  return shown
}

async function stopPreview(page: Page, look: Look): Promise<void> {
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByRole('button', { name: 'Stop' }).click()
  await preview.getByRole('button', { name: 'Start preview' }).waitFor()
  await look('preview-stopped')
}

async function noWiderThanTheScreen(page: Page): Promise<void> {
  const [wide = 0, screen = 0] = await page.evaluate<number[]>(
    '[document.documentElement.scrollWidth, window.innerWidth]',
  )
  expect(wide, 'nothing is wider than the screen').toBeLessThanOrEqual(screen)
}
