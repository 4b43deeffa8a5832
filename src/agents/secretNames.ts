import { compose, section } from './section.ts'

/** What a model is told of a secret: never its value. */
export type SecretName = { name: string; description: string | null }

const DESCRIPTIONS_CHARACTERS_MAX = 8_000

/** Names are checked where they are set and may stand among our own words; what they are for is a person's. */
export function secretsSection(secrets: readonly SecretName[] = []): string | undefined {
  if (secrets.length === 0) return undefined
  const described = secrets.flatMap(({ name, description }) =>
    description === null ? [] : [`${name}: ${description}`],
  )
  const names = `Secrets the app may read from its environment: ${secrets.map(({ name }) => name).join(', ')}`
  return compose(
    [names, RULE],
    described.length === 0
      ? undefined
      : section('What they are for', described.join('\n'), DESCRIPTIONS_CHARACTERS_MAX),
  )
}

const RULE =
  'Tests and checks see a made-up stand-in under each name. No code, test or document holds, prints or compares one; where one is not set, the app says which.'
