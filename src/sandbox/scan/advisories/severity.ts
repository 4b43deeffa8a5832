/** How bad an advisory is, worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'unknown'] as const
export type Severity = (typeof SEVERITIES)[number]

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  important: 'high',
  moderate: 'medium',
  medium: 'medium',
  low: 'low',
  minor: 'low',
}

export function severityOfWord(word: string): Severity {
  return WORDS[word.toLowerCase()] ?? 'unknown'
}

/** Of a vector of CVSS 3.x, by its base score and the bands of its specification; of anything else it is unknown. */
export function severityOfVector(vector: string): Severity {
  const score = baseScore(vector)
  if (score === null) return 'unknown'
  if (score >= 9) return 'critical'
  if (score >= 7) return 'high'
  return score >= 4 ? 'medium' : 'low'
}

type Weights = Readonly<Record<string, number>>
const REACH: Weights = { N: 0.85, A: 0.62, L: 0.55, P: 0.2 }
const EFFORT: Weights = { L: 0.77, H: 0.44 }
const RIGHTS: Weights = { N: 0.85, L: 0.62, H: 0.27 }
const RIGHTS_OF_CHANGED_SCOPE: Weights = { N: 0.85, L: 0.68, H: 0.5 }
const PERSON: Weights = { N: 0.85, R: 0.62 }
const LOSS: Weights = { H: 0.56, L: 0.22, N: 0 }

/** Section 7.1 of the specification of CVSS 3.1. */
function baseScore(vector: string): number | null {
  if (!/^CVSS:3\.[01]\//.test(vector)) return null
  const metrics = new Map(vector.split('/').map(each => [each.split(':')[0], each.split(':')[1] ?? '']))
  const weight = (name: string, weights: Weights) => weights[metrics.get(name) ?? ''] ?? Number.NaN
  const changed = metrics.get('S') === 'C'
  const kept = ['C', 'I', 'A'].reduce((product, name) => product * (1 - weight(name, LOSS)), 1)
  const lost = 1 - kept
  const impact = changed ? 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 : 6.42 * lost
  const rights = weight('PR', changed ? RIGHTS_OF_CHANGED_SCOPE : RIGHTS)
  const ease = 8.22 * weight('AV', REACH) * weight('AC', EFFORT) * rights * weight('UI', PERSON)
  if (Number.isNaN(impact + ease)) return null
  return impact <= 0 ? 0 : roundUp(Math.min(10, (changed ? 1.08 : 1) * (impact + ease)))
}

/** To one decimal place, upwards, as appendix A of the specification has it. */
function roundUp(score: number): number {
  const whole = Math.round(score * 100_000)
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10
}
