import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { unzip } from '../../src/workspace/archive.ts'
import { openBrowser, openPage, VIEWPORTS, type ViewportName } from './page.ts'
import { screensIn, startProduct } from './product.ts'
import { buildThroughThePage, describe, screenshots, signIn } from './story.ts'

/** The page as a person meets it: the product in a process of its own, on the embedded database, and a real browser. */

const STORY_MS_MAX = 600_000

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const viewports = Object.keys(VIEWPORTS) as ViewportName[]

test.each(viewports)(
  'a person builds an app through the page on a %s',
  { timeout: STORY_MS_MAX },
  async viewport => {
    const server = await startProduct()
    try {
      const { page, complaints } = await openPage(browser, viewport)
      const screenshotsDir = screensIn(viewport)
      const zip = await buildThroughThePage(page, {
        baseUrl: server.url,
        signInLink: server.link,
        description: REHEARSAL_APPS.find(app => app.name === 'durations')?.description ?? '',
        ...(screenshotsDir ? { screenshotsDir } : {}),
      })
      const unpacked = unzip(zip)
      expect(unpacked.ok && [...unpacked.value.keys()]).toContain('durations/PROOF.md')
      expect(complaints).toEqual([])
      const widths = await page.evaluate<number[]>(
        '[document.documentElement.scrollWidth, window.innerWidth]',
      )
      expect(widths[0], 'nothing is wider than the screen').toBeLessThanOrEqual(widths[1] ?? 0)
    } finally {
      await server.stop()
    }
  },
)

test('without the link, the page says which link to open, and a used link opens nothing', async () => {
  const server = await startProduct()
  try {
    const stranger = await openPage(browser, 'desktop')
    await stranger.page.goto(server.url)
    await stranger.page.getByText('./start').first().waitFor()
    const owner = await openPage(browser, 'desktop')
    await owner.page.goto(server.link)
    await owner.page.getByRole('textbox', { name: 'What do you want built?' }).waitFor()
    const answer = await stranger.page.goto(server.link)
    expect(answer?.status()).toBe(403)
    await stranger.page.getByText('./botwright link').waitFor()
    await owner.page.goto(server.link)
    await owner.page.getByRole('link', { name: 'To your projects' }).waitFor()
    await screenshots(owner.page, screensIn('desktop-links'))('used-link')
    await owner.page.getByRole('link', { name: 'To your projects' }).click()
    await owner.page.getByRole('textbox', { name: 'What do you want built?' }).waitFor()
    expect(owner.complaints.filter(each => !each.includes('403'))).toEqual([])
  } finally {
    await server.stop()
  }
})

test.each(viewports)(
  'a project that could not be built is an end, with ways to begin again, on a %s',
  { timeout: STORY_MS_MAX },
  async viewport => {
    const server = await startProduct()
    try {
      const { page } = await openPage(browser, viewport)
      const look = screenshots(page, screensIn(`${viewport}-ended`))
      await signIn(page, { baseUrl: server.url, signInLink: server.link })
      const box = page.getByRole('textbox', { name: 'What do you want built?' })

      await box.fill('\u2800')
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      await page.getByRole('alert').waitFor()
      await look('refused')
      await box.fill('Someth')
      expect(await page.getByRole('alert').count(), 'typing takes the refusal away').toBe(0)

      const description = 'Something that `the rehearsal` does not know. '.repeat(4).trim()
      await describe(page, description)
      const card = page.getByRole('region', { name: 'This could not be built' })
      await card.waitFor()
      await page.getByText(' of 300 cap').waitFor({ state: 'detached' })
      await look('failed')
      await card.getByRole('button', { name: 'Start again' }).click()
      expect(await box.inputValue()).toBe(description)
      await look('home')

      await page.getByRole('link', { name: /Could not be built/ }).click()
      await card.getByRole('button', { name: 'Hide from the list' }).click()
      await card.getByRole('button', { name: 'Show in the list again' }).waitFor()
      await page.getByRole('link', { name: 'All projects' }).click()
      await page.getByText('Every project is hidden').waitFor()
      await page.getByRole('button', { name: 'Show hidden (1)' }).click()
      await page.getByRole('link', { name: /Could not be built/ }).waitFor()
      await look('hidden')

      await page.goto(`${server.url}/p/nobody`)
      await page.getByText('There is no such project.').waitFor()
      expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
      await look('missing')
    } finally {
      await server.stop()
    }
  },
)
