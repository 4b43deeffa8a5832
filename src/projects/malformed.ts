import type { z } from 'zod'

type Issue = z.core.$ZodIssue
type Says = { [Code in Issue['code']]: (name: string, issue: Extract<Issue, { code: Code }>) => string }

/** The first fault of something that was sent, as a sentence. Our own schemas speak for themselves; the rest is put in words here. */
export function sentence({ issues: [issue] }: Pick<z.core.$ZodError, 'issues'>): string {
  if (issue === undefined) return 'That cannot be understood.'
  if (/^[A-Z].*\.$/s.test(issue.message) && !LIBRARY_WORDS.test(issue.message)) return issue.message
  const name = issue.path.length === 0 ? 'What was sent' : `The field ${issue.path.map(String).join('.')}`
  const say = says[issue.code] as (name: string, issue: Issue) => string
  return say(name, issue)
}

/** How the messages of the library begin; ours never do. */
const LIBRARY_WORDS = /^(Invalid|Too|Unrecognized|Required)\b/

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

const listed = (values: readonly unknown[]) => values.map(value => `"${value}"`).join(', ')

const says: Says = {
  invalid_type: (name, { expected, message }) =>
    // The library drops the value itself; only its words tell "absent" from "of another type".
    message.endsWith('received undefined')
      ? `${name} is missing.`
      : `${name} is not ${TYPES[expected] ?? 'what is expected'}.`,
  too_big: (name, { maximum }) => `${name} is too large: at most ${maximum.toLocaleString('en')}.`,
  too_small: (name, { minimum }) =>
    minimum === 1 ? `${name} is empty.` : `${name} is too small: at least ${minimum.toLocaleString('en')}.`,
  invalid_format: name => `${name} has not the form that is expected.`,
  not_multiple_of: (name, { divisor }) => `${name} is no multiple of ${divisor}.`,
  unrecognized_keys: (name, { keys }) => `${name} has parts that are not known: ${listed(keys)}.`,
  invalid_union: name => `${name} is nothing that is known here.`,
  invalid_key: name => `${name} has a name that is not known.`,
  invalid_element: name => `${name} has a part that is not known.`,
  invalid_value: (name, { values }) =>
    `${name} must be ${values.length === 1 ? '' : 'one of '}${listed(values)}.`,
  custom: name => `${name} cannot be understood.`,
}
