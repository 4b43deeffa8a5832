import type { Clock } from '../../clock.ts'
import type { CheckResult } from '../checks/result.ts'
import type { Files } from '../files.ts'
import { findSecrets, type SecretFinding, type SecretsOptions } from './secrets.ts'

/** The scan as a check among others: red where something is surely a secret, so that it goes back to be taken out. */
export async function secretCheck(
  files: Files,
  { clock, ...options }: SecretsOptions & { clock: Clock },
): Promise<CheckResult> {
  const begin = clock.monotonicMs()
  const { findings } = await findSecrets(files, options)
  const sure = findings.filter(each => each.sure)
  return {
    name: 'secret scan',
    kind: 'lint',
    command: COMMAND,
    exitCode: sure.length === 0 ? 0 : 1,
    killedBy: null,
    ms: Math.round(clock.monotonicMs() - begin),
    output: sure.length === 0 ? '' : [...sure.map(lineOf), ADVICE].join('\n'),
    passed: sure.length === 0,
  }
}

/** In words: nothing is run. */
const COMMAND = ['look', 'through', 'every', 'file']

const ADVICE =
  'Take these out: the program reads secrets from its environment, and tests make up values that look like none.'

function lineOf({ path, line, kind }: SecretFinding): string {
  return `${path}:${line}: ${kind}`
}
