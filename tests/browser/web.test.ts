import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REHEARSAL_APPS } from '../../src/llm/rehearsal/apps.ts'
import { unzip } from '../../src/workspace/archive.ts'
import { freshDataDir } from '../set-up/database.ts'
import { openBrowser, openPage, VIEWPORTS, type ViewportName } from './page.ts'
import { buildThroughThePage } from './story.ts'

/** The page as a person meets it: the product in a process of its own, on the embedded database, and a real browser. */

const MAIN = join(import.meta.dirname, '../../src/main.ts')
/** With SCREENS=DIR in the environment the pictures of the story are kept there. */
const SCREENS = process.env.SCREENS
const STORY_MS_MAX = 600_000

type Server = { link: string; url: string; stop(): Promise<void> }

/** Starts the product and reads where it is from its first line. */
async function startProduct(): Promise<Server> {
  const { dataDir, drop } = await freshDataDir()
  const env = { ...process.env, PORT: '0', DATA_DIR: dataDir }
  const child = spawn(process.execPath, [MAIN, '--json', 'start'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { url, link } = JSON.parse(await firstLine(child)) as { url: string; link: string }
  const ended = new Promise(resolve => child.once('exit', resolve))
  return {
    url,
    link,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      await drop()
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout) for await (const line of createInterface(child.stdout)) return line
  throw new Error('the product said nothing')
}

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
      const screenshotsDir = SCREENS && join(SCREENS, viewport)
      if (screenshotsDir) mkdirSync(screenshotsDir, { recursive: true })
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
  } finally {
    await server.stop()
  }
})
