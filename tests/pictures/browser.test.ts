import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { openBrowser, openPage, VIEWPORTS, type ViewportName } from '../browser/page.ts'
import { screensIn, startProduct } from '../browser/product.ts'
import { buildThroughThePage, screenshots } from '../browser/story.ts'

/** What the delivered app looks like, on the card of its delivery and beside its proof. */

const STORY_MS_MAX = 600_000
const DESCRIPTION = REHEARSAL_APPS.find(app => app.name === 'split-bill')?.description ?? ''

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

test('a delivered page is shown as a phone and as a desktop show it, and in full when pressed', {
  timeout: STORY_MS_MAX,
}, async context => {
  if (!existsSync('/usr/bin/chromium')) {
    context.task.meta.reason = 'there is no Chromium on this machine'
    context.skip()
  }
  await using server = await startProduct()
  const { page, complaints } = await openPage(browser, 'phone')
  await buildThroughThePage(page, { baseUrl: server.url, signInLink: server.link, description: DESCRIPTION })
  for (const viewport of Object.keys(VIEWPORTS) as ViewportName[]) {
    await page.setViewportSize(VIEWPORTS[viewport])
    await lookAtPictures(page, viewport)
  }
  expect(complaints).toEqual([])
})

async function lookAtPictures(page: Page, viewport: ViewportName) {
  const look = screenshots(page, screensIn(`${viewport}-pictures`))
  const card = page.getByRole('region', { name: 'Delivered: Split the bill' })
  const pictures = card.getByRole('list', { name: 'Pictures of delivery 1' })
  await pictures.scrollIntoViewIfNeeded()
  for (const [size, pixels] of [
    ['a phone', [780, 1688]],
    ['a desktop', [1280, 800]],
  ] as const) {
    const picture = pictures.getByRole('img', { name: `Split the bill on ${size}`, exact: true })
    await expect.poll(() => picture.evaluate(pixelsOf)).toEqual(pixels)
  }
  await expectFits(page)
  await look('card')
  for (const size of ['a phone', 'a desktop']) {
    await pictures.getByRole('button', { name: `Split the bill on ${size}. Show in full` }).click()
    const full = page.getByRole('dialog', { name: `Split the bill on ${size}` })
    await full.getByRole('img').waitFor()
    await look(`full-${size.replace('a ', '')}`)
    await full.getByRole('button', { name: 'Close' }).click()
    await full.waitFor({ state: 'hidden' })
  }
  const views = page.getByRole('navigation', { name: 'Views of the project' })
  await views.getByRole('link', { name: 'Evidence', exact: true }).click()
  const proof = page.getByRole('region', { name: 'Delivery 1' })
  await proof.getByRole('list', { name: 'Pictures of delivery 1' }).scrollIntoViewIfNeeded()
  await expectFits(page)
  await look('evidence')
  const chat = views.getByRole('link', { name: 'Chat', exact: true })
  if (await chat.isVisible()) await chat.click()
}

function pixelsOf(image: { naturalWidth?: number; naturalHeight?: number }) {
  return [image.naturalWidth, image.naturalHeight]
}

async function expectFits(page: Page) {
  const widths = await page.evaluate<number[]>('[document.documentElement.scrollWidth, window.innerWidth]')
  expect(widths[0], 'nothing is wider than the screen').toBeLessThanOrEqual(widths[1] ?? 0)
}
