import { describe, expect, test } from 'vitest'
import type { CallKind, ModelRequest, ModelResult } from '../model.ts'
import type { RehearsalApp } from './app.ts'
import { REHEARSAL_APPS } from './apps.ts'
import { rehearsalModel } from './rehearsal.ts'

const model = rehearsalModel('architect', REHEARSAL_APPS)

describe.each(REHEARSAL_APPS.map(app => [app.name, app] as const))('the app %s', (_name, app) => {
  test('is recognised by its description, and by no other app', () => {
    expect(REHEARSAL_APPS.filter(each => each.knows(app.description))).toEqual([app])
  })

  test('is asked about when its description leaves something open', async () => {
    expect(await objectOf(ask('questions', openQuestion(app.description, 0)))).toEqual(app.questions)
  })

  test('is not asked about again once something was answered', async () => {
    expect(await objectOf(ask('questions', openQuestion(app.description, 2)))).toEqual({ questions: [] })
  })

  test('is not asked about when its description says it all', async () => {
    const description = `${app.description}\n ${app.precise?.toUpperCase()}`
    expect(await objectOf(ask('questions', openQuestion(description, 0)))).toEqual({ questions: [] })
  })

  test('has a title that no other app has', () => {
    expect(REHEARSAL_APPS.filter(each => each.title === app.title)).toEqual([app])
  })

  test('names a change of its brief as left out', async () => {
    const text = `Answered: 1\n\n${section('Description', app.description)}\n\n${section('Change', 'add\ndark mode')}`
    expect(await objectOf(ask('brief', text))).toMatchObject({
      title: app.title,
      leftOut: [expect.stringContaining('“add dark mode” (needs a real model'), ...app.brief.leftOut],
    })
  })

  test('names a change of its plan among the decisions', async () => {
    const text = `App: ${app.title}\n\n${section('Change', 'use Rust')}`
    expect(await objectOf(ask('plan', text))).toMatchObject({
      traps: [{ trap: expect.stringContaining('“use Rust”') }, ...app.plan.traps],
    })
  })

  test('is not changed by feedback that it has no script for', async () => {
    const text = `App: ${app.title}\n\n${section('Feedback', 'make it purple')}`
    expect(await ask('plan', text)).toMatchObject({ ok: false, failure: { kind: 'refused', retry: false } })
  })

  test('repeats its last answer to a task', async () => {
    for (const [task, answers] of Object.entries(app.implement)) {
      const texts = await Promise.all(
        [1, 2, 9].map(attempt => textOf(ask('implement', attemptText(app, task, attempt)))),
      )
      expect(texts).toEqual([answers[0], answers[1] ?? answers.at(-1), answers.at(-1)])
    }
  })
})

describe('the rehearsal model', () => {
  test('refuses an app that it does not know, names those it does, and says how to get more', async () => {
    const result = await ask('questions', openQuestion('a spaceship simulator', 0))
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused', retry: false } })
    for (const { title } of REHEARSAL_APPS) expect(JSON.stringify(result)).toContain(title)
    expect(JSON.stringify(result)).toContain(
      'set GOOGLE_API_KEY, OPENROUTER_API_KEY or LOCAL_LLM_BASE_URL in .env in the checkout, or run ./botwright keys add',
    )
  })

  test.each([
    'Split the bill web page please, something fancy unknown about dragons',
    'A tip calculator that shares photos of the bill',
    'An expense log with budgets for several currencies',
    'Parse durations of films from IMDb',
    'Spend an evening with my expensive dragon',
  ])('does not take “%s” for an app that shares words with it', async text => {
    expect(await ask('questions', openQuestion(text, 0))).toMatchObject({ ok: false })
  })

  test.each([
    ['Please make me an app to split the bill with a tip.', 'Split the bill'],
    ['I want to split a restaurant bill between friends', 'Split the bill'],
    ['a command-line tool that notes my expenses', 'Tally'],
    ['Export what I spend as CSV, with totals by month and category', 'Tally'],
    ['a small library for parsing and formatting durations', 'Durations'],
  ])('takes “%s” for %s', async (text, title) => {
    const app = REHEARSAL_APPS.find(each => each.title === title)
    expect(await objectOf(ask('questions', openQuestion(text, 0)))).toEqual(app?.questions)
  })

  test('knows an app by its description only, not by what was said elsewhere', async () => {
    const text = `Answered: 1\n\n${section('Description', 'a game')}\n\n${section('Questions and answers', 'split a bill')}`
    expect(await ask('brief', text)).toMatchObject({ ok: false, failure: { kind: 'refused' } })
  })

  test('reads a section by its whole title', async () => {
    const text = `App: Tally\n\n${section('Old Feedback', 'make it purple')}`
    expect(await objectOf(ask('plan', text))).toMatchObject({ slug: 'tally' })
  })

  test('refuses a task that it has no script for', async () => {
    const text = 'App: Tally\nTask: T99 Unknown\nAttempt: 1 of 4'
    expect(await ask('implement', text)).toMatchObject({ ok: false, failure: { kind: 'refused' } })
  })

  test('answers nothing once it was stopped', async () => {
    const request = requestOf('questions', openQuestion('expenses', 0))
    expect(await model.answer(request, { signal: AbortSignal.abort() })).toMatchObject({
      ok: false,
      failure: { kind: 'cancelled' },
    })
  })

  test('says the same when it is asked the same', async () => {
    const text = openQuestion('a log of what I spend', 0)
    expect(await ask('questions', text)).toEqual(await ask('questions', text))
  })

  test('counts a token for every four characters sent and answered', async () => {
    const text = attemptText({ title: 'Tally' }, 'T4', 1)
    const result = await ask('implement', text)
    const answered = result.ok ? result.answer.text.length : 0
    expect(result).toMatchObject({
      answer: {
        usage: {
          inputTokens: Math.ceil(('system'.length + text.length) / 4),
          outputTokens: Math.ceil(answered / 4),
          cachedTokens: 0,
          thinkingTokens: 0,
        },
      },
    })
  })

  test('carries out the one wish of Tally that it knows, once', async () => {
    const wish = `App: Tally\n\n${section('Feedback', 'Please let me delete an entry.')}`
    expect(await objectOf(ask('plan', wish))).toMatchObject({ tasks: [{ id: 'T5' }] })
    const again = `${wish}\n\n${section('Tasks done', 'T1 One\nT5 Remove an expense')}`
    expect(await ask('plan', again)).toMatchObject({ ok: false, failure: { kind: 'refused' } })
  })
})

function ask(kind: CallKind, text: string): Promise<ModelResult> {
  return model.answer(requestOf(kind, text), { signal: new AbortController().signal })
}

function requestOf(kind: CallKind, text: string): ModelRequest {
  return { kind, system: 'system', turns: [{ role: 'user', text }], outputTokensMax: 1_000 }
}

async function textOf(result: Promise<ModelResult>): Promise<string> {
  const answered = await result
  return answered.ok ? answered.answer.text : answered.failure.says
}

async function objectOf(result: Promise<ModelResult>): Promise<unknown> {
  return JSON.parse(await textOf(result))
}

function openQuestion(description: string, answered: number): string {
  return `Answered: ${answered}\nRounds left: 1\n\n${section('Description', description)}`
}

function attemptText({ title }: Pick<RehearsalApp, 'title'>, task: string, attempt: number): string {
  return `App: ${title}\nTask: ${task} Something\nAttempt: ${attempt} of 4`
}

function section(title: string, text: string): string {
  return `${title}:\n[data 0a1b]\n${text}\n[end 0a1b]`
}
