import { type Browser, chromium, type Page } from 'playwright-core'

/** The two sizes that the page is made for. */
export const VIEWPORTS = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
} as const
export type ViewportName = keyof typeof VIEWPORTS

/** No graphics card and no kernel sandbox where tests run; and the browser must not talk to anybody but the app. */
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** One step of a person (a click, a page) must be done within this; longer waits name their own bound. */
const STEP_MAX_MS = 10_000

/** Starts the machine's Chromium. Close it when the tests are over. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGS })
}

/** A fresh page without cookies; `complaints` collects every error of the page itself, which should stay empty. */
export async function openPage(
  browser: Browser,
  viewport: ViewportName,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: VIEWPORTS[viewport],
    hasTouch: viewport === 'phone',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(STEP_MAX_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { page, complaints }
}
