import { expect, test } from 'vitest'
import type { Detour } from '../llm/call.ts'
import { withDetour } from './detour.ts'
import type { Way } from './ground.ts'
import { outcome } from './outcome.ts'
import { projectFileSchema } from './project.ts'

const GEMINI = { provider: 'google', model: 'gemini' }
const CLAUDE = { provider: 'openrouter', model: 'claude' }
const DETOUR: Detour = { from: GEMINI, to: CLAUDE, says: 'Gemini is overloaded. Claude goes on.' }

const after = (toldOf: string | null, way: Partial<Way>) =>
  withDetour(
    outcome('planned', { says: ['The plan.'] }),
    { file: projectFileSchema.parse({ toldOf }) },
    { sandboxMs: 0, detour: null, straight: [], ...way },
  )

test('a detour is said once, before everything else, and stays an event each time', () => {
  const first = after(null, { detour: DETOUR })
  expect(first).toMatchObject({
    says: ['Gemini is overloaded. Claude goes on.', 'The plan.'],
    file: { toldOf: 'google:gemini' },
    events: [{ type: 'rerouted', from: 'google:gemini', to: 'openrouter:claude' }],
  })
  const again = after('google:gemini', { detour: DETOUR })
  expect(again.says).toEqual(['The plan.'])
  expect(again.events).toHaveLength(1)
})

test('once the model answers again, its next failing is news', () => {
  expect(after('google:gemini', { straight: [GEMINI] }).file).toEqual({ toldOf: null })
})

test('that another model answers says nothing about the one that fails', () => {
  expect(after('google:gemini', { straight: [CLAUDE] })).toEqual(after(null, {}))
})
