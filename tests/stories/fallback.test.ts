import { expect, test } from 'vitest'
import { yes } from '../../src/cli/drive.ts'
import type { CallKind } from '../../src/llm/model.ts'
import { chatAnswer, openrouterError, startOpenRouter } from '../fakes/chat.ts'
import { googleAnswer, googleError, startGoogle } from '../fakes/google.ts'
import { kindOf, rehearsedText } from '../fakes/rehearsed.ts'
import type { FakeServer, Manner, Received, Reply } from '../fakes/server.ts'
import { expectGoodDelivery } from './delivered.ts'
import { describing, onStage, STORY_MS_MAX, type Stage } from './stage.ts'

/** Both providers over HTTP, each with a key and models of its own; what they say is the rehearsal's. */

const KEYS = { google: 'AIzaSy-story-key-0123456789', openrouter: 'sk-or-story-key-0123456789' }
const GEMINI = 'gemini-2.5-flash'
const DEEPSEEK = 'deepseek/deepseek-v4-pro'

const SETTINGS = {
  GOOGLE_API_KEY: KEYS.google,
  OPENROUTER_API_KEY: KEYS.openrouter,
  ARCHITECT_MODELS: `google:${GEMINI},openrouter:${DEEPSEEK}`,
  IMPLEMENTER_MODELS: `openrouter:${DEEPSEEK},google:${GEMINI}`,
}

type Failing = (kind: CallKind) => boolean
const NEVER: Failing = () => false

type Providers = { google: FakeServer; openrouter: FakeServer }

/** Plays with both servers; `fails` says which questions each of them does not answer, and may change its mind. */
async function withProviders(
  fails: { google: Failing; openrouter: Failing },
  play: (stage: Stage, providers: Providers) => Promise<void>,
): Promise<void> {
  await using google = await startGoogle({ key: KEYS.google, model: GEMINI })
  await using openrouter = await startOpenRouter({ key: KEYS.openrouter, model: DEEPSEEK })
  google.behave(async received => {
    const down = () => fails.google(kindOf(received))
    return met(received, down, googleError(503, 'UNAVAILABLE', 'The model is overloaded.'), text =>
      googleAnswer({
        text,
        usage: { promptTokenCount: 1_000, candidatesTokenCount: 300, totalTokenCount: 1_300 },
      }),
    )
  })
  openrouter.behave(async received => {
    const down = () => fails.openrouter(kindOf(received))
    return met(received, down, openrouterError(502, 'Provider returned error'), text =>
      chatAnswer({
        text,
        usage: { prompt_tokens: 1_000, completion_tokens: 300, total_tokens: 1_300, cost: 0.001 },
      }),
    )
  })
  const settings = {
    ...SETTINGS,
    GOOGLE_BASE_URL: google.origin,
    OPENROUTER_BASE_URL: openrouter.origin,
  }
  await onStage({ settings }, stage => play(stage, { google, openrouter }))
}

async function met(
  received: Received,
  isDown: () => boolean,
  failure: Reply,
  answer: (text: string) => Reply,
): Promise<Manner> {
  if (isDown()) return { kind: 'reply', reply: failure }
  return { kind: 'reply', reply: answer(await rehearsedText(received)) }
}

async function said(stage: Stage, id: string): Promise<string[]> {
  const happened = await stage.happened(id)
  return happened.flatMap(event => (event.type === 'said' && event.direction === 'out' ? [event.text] : []))
}

test(
  'TS-003: Gemini fails while planning; OpenRouter goes on, the person is told once, and planning goes on',
  () => {
    let planning = false
    const google: Failing = kind => {
      planning ||= kind === 'plan'
      return planning
    }
    return withProviders({ google, openrouter: NEVER }, async stage => {
      const project = await stage.build(describing('durations'))
      await expectGoodDelivery(stage, project)
      const told = (await said(stage, project.id)).filter(text => text.includes('goes on in its place'))
      expect(told).toEqual([
        expect.stringMatching(
          /^Google Gemini is overloaded .* deepseek\/deepseek-v4-pro of openrouter goes on/,
        ),
      ])
      const calls = await stage.client.calls(project.id)
      const plans = calls.filter(({ kind }) => kind === 'plan')
      expect(
        plans.map(({ provider, status, credits }) => ({ provider, status, free: credits === '0' })),
      ).toEqual([
        ...Array(3).fill({ provider: 'google', status: 'failed', free: true }),
        { provider: 'openrouter', status: 'completed', free: false },
      ])
      expect(calls.filter(({ kind }) => kind === 'questions').map(({ provider }) => provider)).toEqual([
        'google',
        'google',
      ])
    })
  },
  STORY_MS_MAX,
)

test(
  'TS-004: OpenRouter fails while implementing; Gemini goes on, the person is told once, and work goes on',
  () => {
    let written = 0
    const openrouter: Failing = kind => {
      if (kind === 'implement') written += 1
      return written > 1
    }
    return withProviders({ google: NEVER, openrouter }, async stage => {
      const project = await stage.build(describing('durations'))
      await expectGoodDelivery(stage, project)
      const told = (await said(stage, project.id)).filter(text => text.includes('goes on in its place'))
      expect(told).toEqual([
        expect.stringMatching(/^OpenRouter is overloaded .* gemini-2.5-flash of google goes on/),
      ])
      const written = (await stage.client.calls(project.id)).filter(({ kind }) => kind === 'implement')
      expect(written[0]).toMatchObject({ provider: 'openrouter', status: 'completed' })
      expect(
        written
          .filter(({ status }) => status === 'completed')
          .slice(1)
          .every(({ provider }) => provider === 'google'),
      ).toBe(true)
      const failed = written.filter(({ status }) => status === 'failed')
      expect(failed.length).toBeGreaterThan(0)
      expect(failed.every(({ credits }) => credits === '0')).toBe(true)
    })
  },
  STORY_MS_MAX,
)

test(
  'when every provider fails, the project rests uncharged, and goes on where it was',
  () => {
    let down = false
    const failing: Failing = () => down
    return withProviders({ google: failing, openrouter: failing }, async stage => {
      const { id } = await stage.client.create(describing('durations'))
      const briefed = await stage.carryOn(id, async project =>
        project.state === 'confirming' ? null : yes(project),
      )
      expect(briefed.state).toBe('confirming')
      down = true
      const spent = briefed.spentCredits
      const resting = await stage.carryOn(id)
      expect(resting).toMatchObject({ state: 'planning', spentCredits: spent })
      expect(resting.pause?.says).toMatch(
        /overloaded.* Nothing was charged for it\. .* goes on by itself in 1 min\.$/,
      )
      down = false
      await stage.client.say(id, { type: 'resume' })
      await expectGoodDelivery(stage, await stage.carryOn(id))
    })
  },
  STORY_MS_MAX,
)
