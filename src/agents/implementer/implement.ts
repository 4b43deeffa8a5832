import type { ModelRequest } from '../../llm/model.ts'
import type { Brief } from '../brief.ts'
import { briefSection } from '../briefText.ts'
import { type Excerpt, excerptSections, fileList } from '../excerpt.ts'
import type { Plan, Task, TextFile } from '../plan.ts'
import { outlineSection, taskSection } from '../planText.ts'
import { type SecretName, secretsSection } from '../secretNames.ts'
import { compose, cut, label, section, sharedFirst } from '../section.ts'
import { IMPLEMENTER } from './system.ts'

export type ImplementInput = {
  brief: Brief
  plan: Plan
  task: Task
  files: readonly string[]
  /** The code that matters for the task as it is now, best first. */
  excerpts: readonly Excerpt[]
  /** Names that the app may read from its environment. */
  secrets?: readonly SecretName[]
  /** Acceptance tests that must pass after this task and may be seen. */
  visibleTests: readonly TextFile[]
  /** What went wrong in earlier attempts at this task, oldest first. */
  history: readonly { attempt: number; problem: string }[]
  /** What the person says about the task, when they were asked. */
  guidance?: string
  attempt: number
  attemptsMax: number
}

const OUTPUT_TOKENS_MAX = 32_000
const CODE_CHARACTERS_MAX = 70_000
const TESTS_CHARACTERS_MAX = 24_000
const PROBLEM_CHARACTERS_MAX = 6_000
const HISTORY_CHARACTERS_MAX = 16_000
const GUIDANCE_CHARACTERS_MAX = 8_000

/** The request that carries out one task: free text with edits comes back, in the formats of `system.ts`. */
export function writeImplement(input: ImplementInput): ModelRequest {
  return {
    kind: 'implement',
    system: IMPLEMENTER,
    turns: [{ role: 'user', text: userText(input) }],
    outputTokensMax: OUTPUT_TOKENS_MAX,
  }
}

function userText(input: ImplementInput): string {
  const shared = compose(
    [label('App', input.brief.title)],
    briefSection(input.brief),
    secretsSection(input.secrets),
    outlineSection(input.plan),
  )
  const own = compose(
    [
      label('Task', `${input.task.id} ${input.task.title}`),
      label('Attempt', `${input.attempt} of ${input.attemptsMax}`),
    ],
    taskSection(input.task),
    fileList(input.files),
    excerptSections(input.excerpts, CODE_CHARACTERS_MAX),
    testSections(input.visibleTests),
    historySection(input.history),
    input.guidance === undefined
      ? undefined
      : section('What the person says about it', input.guidance, GUIDANCE_CHARACTERS_MAX),
  )
  return sharedFirst(shared, own)
}

function testSections(tests: readonly TextFile[]): string | undefined {
  if (tests.length === 0) return undefined
  const whole = tests.map(each => ({
    path: each.path,
    fromLine: 1,
    toLine: linesOf(each.content),
    text: each.content,
  }))
  return `Frozen tests that must pass after this task:\n${excerptSections(whole, TESTS_CHARACTERS_MAX)}`
}

/** The latest problems matter most, so the oldest are the first to go. */
function historySection(history: ImplementInput['history']): string | undefined {
  if (history.length === 0) return undefined
  const kept: string[] = []
  let room = HISTORY_CHARACTERS_MAX
  for (const { attempt, problem } of history.toReversed()) {
    const text = `Attempt ${attempt}: ${cut(problem, PROBLEM_CHARACTERS_MAX)}`
    if (text.length > room) break
    kept.unshift(text)
    room -= text.length
  }
  return section('What went wrong before', kept.join('\n\n'), HISTORY_CHARACTERS_MAX)
}

function linesOf(text: string): number {
  return text.split('\n').length
}
