/** Secrets by their shape, where the preset of secretlint has no rule for them. */
export type SecretShape = { kind: string; pattern: RegExp; sure: boolean }

export const SECRET_SHAPES: readonly SecretShape[] = [
  { kind: 'Google API key', pattern: /\bAIza[\w-]{35}(?![\w-])/g, sure: true },
  { kind: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g, sure: true },
  { kind: 'Telegram bot token', pattern: /\b\d{8,10}:A[\w-]{34}(?![\w-])/g, sure: true },
  { kind: 'OpenRouter key', pattern: /\bsk-or-v1-[\da-f]{64}\b/g, sure: true },
  {
    kind: 'private key',
    pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----[\s\\nr]+[\w+/=]{40,}/g,
    sure: true,
  },
  {
    kind: 'assignment that looks like a secret',
    pattern:
      /\b[\w.-]{0,40}(?:secret|token|passw(?:or)?d|api_?key|private_?key|access_?key)[\w.-]{0,20}["']?\s{0,4}[:=]\s{0,4}["'`]([^\s"'`]{20,200})["'`]/gi,
    sure: false,
  },
]

const ENTROPY_BITS_MIN = 3.7

/** Words that nobody has for a secret, and forms that are filled in later. */
const PLACEHOLDER =
  /example|change_?me|placeholder|your[-_]|dummy|sample|fake|stand-in|test|xxxx|0000|1234|abcd|\$\{|\{\{|<[a-z]|%[a-z(]/i

/** Whether a word looks like chance and not like words: mixed, and with much in each character. */
export function looksRandom(word: string): boolean {
  if (PLACEHOLDER.test(word) || /^[a-z]+:\/\//i.test(word)) return false
  const mixed = [/[a-z]/, /[A-Z]/, /\d/].filter(pattern => pattern.test(word)).length
  return mixed >= 2 && /\d/.test(word) && entropyBits(word) >= ENTROPY_BITS_MIN
}

/** Shannon's, of one character. */
function entropyBits(word: string): number {
  const counts = new Map<string, number>()
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => {
    const share = count / word.length
    return sum - share * Math.log2(share)
  }, 0)
}

/** Words in documents that stand for a secret: vendors publish them in their examples. */
export function isExample(text: string): boolean {
  return /EXAMPLE|fake|dummy|placeholder|stand-in|\.invalid\b|x{8,}|\*{4,}/i.test(text)
}

const PLACEHOLDER_PASSWORD =
  /^(?:pass(?:word)?|postgres|root|admin|secret|user|test|dev|change_?me|example)$/i

/** An address with a password that opens nothing: of this machine, of a name that is nobody's, or to be filled in. */
export function isHarmlessAddress(text: string): boolean {
  const [, password = '', host = ''] = /:\/\/[^:@/\s]*:([^@\s]*)@(\[[^\]]*\]|[^:/?#\s"'`]*)/.exec(text) ?? []
  if (/^[$<{%*]/.test(password) || PLACEHOLDER_PASSWORD.test(password)) return true
  return (
    !host.includes('.') ||
    /^127\.|^0\.0\.0\.0$|(?:^|\.)example\.\w+$|\.(?:invalid|test|example|local(?:host)?)$/.test(host)
  )
}
