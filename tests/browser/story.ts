import assert from 'node:assert/strict'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Download, Locator, Page } from 'playwright-core'

export type Story = {
  baseUrl: string
  /** The link that `./start` prints, whole or as a path: it sets the cookie and leads to the first page. */
  signInLink: string
  description: string
  screenshotsDir?: string
  /** How long the factory may take for a brief, for a plan, and for the whole building. */
  buildMaxMs?: number
}

const BUILD_MAX_MS = 300_000
const CHECKS_MAX_MS = 120_000

/** The cards of the conversation by the names that a screen reader says. */
const CARDS = {
  questions: /^Questions for you/,
  brief: /^The brief:/,
  plan: /^The plan:/,
  delivered: /^Delivered:/,
  stopped: /your decision$|^Paused|^This could not be built|^Cancelled/,
} as const
type CardName = keyof typeof CARDS

/**
 * A person builds an app through the page, from the sign-in link to the ZIP, whose bytes are returned. Waits are for what
 * the page shows; a card that asks for help ends the story with what it says.
 */
export async function buildThroughThePage(page: Page, story: Story): Promise<Uint8Array> {
  const look = screenshots(page, story.screenshotsDir)
  await signIn(page, story)
  await look('home')
  await describe(page, story.description)
  await answerQuestions(page, story, look)
  await press(page, story, 'brief', 'Build', look)
  await press(page, story, 'plan', 'Approve', look)
  await readChecks(page, look)
  await cardOf(page, story, ['delivered'])
  await look('delivered')
  await readEvidence(page)
  await look('evidence')
  await readFile(page, 'README.md')
  await readFile(page, 'PROOF.md')
  await look('file')
  await openView(page, 'Costs')
  await page.getByRole('table', { name: 'Model calls' }).waitFor()
  await look('costs')
  await openView(page, 'Plan')
  await look('plan-tab')
  return downloadZip(page)
}

type Look = (name: string) => Promise<void>

const SCHEMES = ['light', 'dark'] as const

/** Keeps a picture of the page in both colour schemes, numbered in their order; without a directory, none. */
export function screenshots(page: Page, directory: string | undefined): Look {
  let count = 0
  return async name => {
    if (directory === undefined) return
    count += 1
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.screenshot({
        path: join(directory, `${String(count).padStart(2, '0')}-${name}-${colorScheme}.png`),
      })
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  }
}

export async function signIn(page: Page, { baseUrl, signInLink }: Pick<Story, 'baseUrl' | 'signInLink'>) {
  await page.goto(new URL(signInLink, baseUrl).href)
  await page.getByRole('textbox', { name: 'What do you want built?' }).waitFor()
}

export async function describe(page: Page, description: string) {
  await page.getByRole('textbox', { name: 'What do you want built?' }).fill(description)
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('region', { name: 'Conversation' }).waitFor()
}

/** Takes the first offer of the first question and leaves the others to the Architect; a precise wish gets none. */
async function answerQuestions(page: Page, story: Story, look: Look) {
  const { name, card } = await cardOf(page, story, ['questions', 'brief'])
  if (name === 'brief') return
  await look('questions')
  const [first, ...others] = await card.getByRole('group').all()
  assert.ok(first, 'the card asks at least one question')
  await first.getByRole('radio').first().check()
  for (const question of others) await question.getByRole('radio', { name: 'You decide' }).check()
  await card.getByRole('button', { name: 'Send answers' }).click()
  await card.waitFor({ state: 'hidden' })
}

async function press(page: Page, story: Story, name: CardName, button: string, look: Look) {
  const { card } = await cardOf(page, story, [name])
  await look(name)
  await card.getByRole('button', { name: button, exact: true }).click()
  await card.waitFor({ state: 'hidden' })
}

/** Waits for one of the cards; one that asks for help fails the story with its words. */
async function cardOf(page: Page, { buildMaxMs = BUILD_MAX_MS }: Story, wanted: readonly CardName[]) {
  const names: readonly CardName[] = [...wanted, 'stopped']
  const any = names.map(name => region(page, name)).reduce((one, other) => one.or(other))
  await any.first().waitFor({ timeout: buildMaxMs })
  for (const name of wanted) {
    const card = region(page, name)
    if (await card.isVisible()) return { name, card }
  }
  throw new Error(`the project stopped: ${await any.first().textContent()}`)
}

function region(page: Page, name: CardName): Locator {
  return page.getByRole('region', { name: CARDS[name] })
}

function openView(page: Page, name: string): Promise<void> {
  return page
    .getByRole('navigation', { name: 'Views of the project' })
    .getByRole('link', { name, exact: true })
    .click()
}

/** Evidence is there before the proof: the checks of the first task, as soon as they were run. */
async function readChecks(page: Page, look: Look) {
  await openView(page, 'Evidence')
  const checks = page.getByRole('region', { name: 'Checks of T1' })
  await checks.getByRole('list').first().waitFor({ timeout: CHECKS_MAX_MS })
  await look('checks')
  await backToChat(page)
}

async function readEvidence(page: Page) {
  await openView(page, 'Evidence')
  const proof = page.getByRole('list', { name: 'Proof of delivery 1' })
  await proof.waitFor()
  const rows = proof.getByRole('listitem')
  assert.ok((await rows.count()) > 0, 'something was run in the clean room')
  assert.equal(await proof.getByRole('img', { name: 'passed', exact: true }).count(), await rows.count())
  await rows.first().locator('summary').click()
  await rows
    .first()
    .getByRole('region', { name: /^Output of / })
    .waitFor()
}

async function readFile(page: Page, path: string) {
  await openView(page, 'Files')
  await page.getByText('as in the ZIP of delivery 1').waitFor({ state: 'attached' })
  await page.getByRole('link', { name: path, exact: true }).click()
  const text = page.getByRole('region', { name: `Text of ${path}` })
  const written = await text.locator('pre').last().textContent()
  assert.notEqual(written?.trim() ?? '', '', `${path} has text`)
}

async function downloadZip(page: Page): Promise<Uint8Array> {
  await backToChat(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    region(page, 'delivered').getByRole('link', { name: 'Download ZIP' }).click(),
  ])
  return bytesOf(download)
}

/** The way back to the conversation is a tab on the phone; on the desktop it never went away. */
async function backToChat(page: Page) {
  const views = page.getByRole('navigation', { name: 'Views of the project' })
  const chat = views.getByRole('link', { name: 'Chat', exact: true })
  if (await chat.isVisible()) await chat.click()
}

async function bytesOf(download: Download): Promise<Uint8Array> {
  return new Uint8Array(await buffer(await download.createReadStream()))
}
