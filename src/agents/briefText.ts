import type { AnsweredQuestion, Brief } from './brief.ts'
import { section } from './section.ts'

const BRIEF_CHARACTERS_MAX = 24_000
const ANSWERS_CHARACTERS_MAX = 12_000

/** The approved brief as a section that a model reads. */
export function briefSection(brief: Brief): string {
  return section('Brief', briefText(brief), BRIEF_CHARACTERS_MAX)
}

/** What was asked and answered, as a section; undefined while nothing was. */
export function answersSection(answered: readonly AnsweredQuestion[]): string | undefined {
  if (answered.length === 0) return undefined
  const pairs = answered.map(each => `Q: ${each.question}\nA: ${each.answer ?? '(you decide)'}`)
  return section('Questions and answers', pairs.join('\n'), ANSWERS_CHARACTERS_MAX)
}

function briefText(brief: Brief): string {
  return [
    brief.title,
    brief.summary,
    `For: ${brief.audience}`,
    'Features:',
    ...brief.features.map(each => `- ${each}`),
    'Left out on purpose:',
    ...(brief.leftOut.length > 0 ? brief.leftOut.map(each => `- ${each}`) : ['- nothing named']),
    'Criteria:',
    ...brief.criteria.map(each => `- ${each.id}: ${each.text}`),
  ].join('\n')
}
