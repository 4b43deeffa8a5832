import { lintSource } from '@secretlint/core'
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import type { Files } from '../files.ts'
import { isExample, isHarmlessAddress, looksRandom, SECRET_SHAPES } from './secretShapes.ts'
import { lineOfTrace, tracesOf } from './secretValues.ts'

/** Where something looks like a secret; never what it is. */
export type SecretFinding = {
  path: string
  /** From 1. */
  line: number
  kind: string
  /** Of a shape that only real secrets have, or one of the project's own; else it may be chance. */
  sure: boolean
}

export type SecretsOptions = {
  /** The project's own secrets, which must not be anywhere. */
  secretValues?: readonly string[]
  /** Made-up values that runs see instead of secrets: they may be anywhere. */
  standIns?: readonly string[]
}

export type SecretScan = {
  findings: readonly SecretFinding[]
  /** Text files that are too large to be read by rules. The project's own secrets were looked for in them too. */
  notRead: readonly string[]
}

const TEXT_BYTES_MAX = 2 * 1024 ** 2
const FINDINGS_MAX = 100

/** Looks through every file of a tree for secrets. */
export async function findSecrets(files: Files, options: SecretsOptions = {}): Promise<SecretScan> {
  const { secretValues = [], standIns = [] } = options
  const traces = tracesOf(secretValues)
  const findings: SecretFinding[] = []
  const notRead: string[] = []
  for (const [path, file] of files) {
    const content = Buffer.from(file.content)
    const line = lineOfTrace(content, traces)
    if (line !== null) findings.push({ path, line, kind: 'secret of this project', sure: true })
    if (isBinary(content)) continue
    if (content.length > TEXT_BYTES_MAX) notRead.push(path)
    else findings.push(...(await findIn(path, content.toString('utf8'), standIns)))
  }
  return { findings: deduplicated(findings).slice(0, FINDINGS_MAX), notRead }
}

async function findIn(path: string, text: string, standIns: readonly string[]): Promise<SecretFinding[]> {
  const known = standIns.reduce((rest, standIn) => blanked(rest, standIn), text)
  const found = [...(await byRules(path, known)), ...byShape(path, known)]
  return found.toSorted((one, other) => one.line - other.line)
}

/** Stand-ins give way to as many blanks, so that lines stay what they are. */
function blanked(text: string, standIn: string): string {
  return standIn === '' ? text : text.replaceAll(standIn, ' '.repeat(standIn.length))
}

/**
 * The rules of secretlint's preset one by one, without the one that has comments in a file switch the others off: what is
 * scanned was written by a model.
 */
const RULES = rules
  .filter(({ meta }) => !meta.id.endsWith('filter-comments'))
  .map(rule => ({ id: rule.meta.id, rule }))

async function byRules(path: string, content: string): Promise<SecretFinding[]> {
  const source = {
    filePath: path,
    content,
    ext: /\.[^./]*$/.exec(path)?.[0] ?? '',
    contentType: 'text',
  } as const
  const { messages } = await lintSource({ source, options: { maskSecrets: true, config: { rules: RULES } } })
  return messages.flatMap(({ messageId, range, loc, severity }) => {
    const words = content.slice(range[0], range[1])
    if (severity === 'info' || isExample(words)) return []
    if (words.includes('://') && isHarmlessAddress(words)) return []
    return [{ path, line: loc.start.line, kind: kindOf(messageId), sure: true }]
  })
}

/** `STRIPE_SECRET_KEY_LIVE`, `PostgreSQLConnection` */
function kindOf(messageId: string): string {
  return messageId.replaceAll('_', ' ').replace(/([a-z])([A-Z])/g, '$1 $2')
}

function byShape(path: string, text: string): SecretFinding[] {
  return SECRET_SHAPES.flatMap(({ kind, pattern, sure }) =>
    [...text.matchAll(pattern)].flatMap(found => {
      const [words, value] = found
      if (isExample(words) || (value !== undefined && !looksRandom(value))) return []
      return [{ path, line: text.slice(0, found.index).split('\n').length, kind, sure }]
    }),
  )
}

/** One line may be found by several rules: what is sure says more. */
function deduplicated(findings: readonly SecretFinding[]): SecretFinding[] {
  const at = ({ path, line }: SecretFinding) => `${path}:${line}`
  const lines = new Map(
    findings.toSorted((one, other) => Number(one.sure) - Number(other.sure)).map(each => [at(each), each]),
  )
  return findings.filter(each => lines.get(at(each)) === each)
}

function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8_000).includes(0)
}
