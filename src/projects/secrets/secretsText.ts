import type { NamedSecret } from './store.ts'

/** What a delivery says of its secrets: their names, never a value, because the delivery holds none. */

export const EXAMPLE_PATH = '.env.example'

type Named = Pick<NamedSecret, 'name' | 'description'>

/** For the README, under Configuration; empty where there are none. */
export function secretsText(secrets: readonly Named[]): string {
  if (secrets.length === 0) return ''
  return [
    `These come from the environment and are in no file of the project; \`${EXAMPLE_PATH}\` lists them.`,
    secrets.map(({ name, description }) => `- \`${name}\`${tail(': ', description)}`).join('\n'),
  ].join('\n\n')
}

/** The file as it is, with an empty line of its own for each secret that it does not name yet. */
export function exampleWith(text: string, secrets: readonly Named[]): string {
  const missing = secrets.filter(({ name }) => !new RegExp(`^\\s*(export\\s+)?${name}\\s*=`, 'm').test(text))
  if (missing.length === 0) return text
  const own = missing.map(({ name, description }) => `${head('# ', description)}${name}=\n`).join('')
  return text === '' || text.endsWith('\n') ? `${text}${own}` : `${text}\n${own}`
}

function tail(before: string, description: string | null): string {
  return description === null ? '' : before + oneLine(description)
}

function head(before: string, description: string | null): string {
  return description === null ? '' : `${before}${oneLine(description)}\n`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
