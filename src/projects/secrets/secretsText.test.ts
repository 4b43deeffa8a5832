import { expect, test } from 'vitest'
import { secretsSection } from '../../agents/secretNames.ts'
import { exampleWith, secretsText } from './secretsText.ts'

const MAIL = { name: 'MAIL_KEY', description: 'sends\nthe mails' }
const PAY = { name: 'PAY_KEY', description: null }

test('the README names each secret and what it is for', () => {
  expect(secretsText([MAIL, PAY])).toBe(
    'These come from the environment and are in no file of the project; `.env.example` lists them.\n\n- `MAIL_KEY`: sends the mails\n- `PAY_KEY`',
  )
  expect(secretsText([])).toBe('')
})

test('.env.example keeps what it says and gains a line for each secret that it lacks', () => {
  expect(exampleWith('', [MAIL, PAY])).toBe('# sends the mails\nMAIL_KEY=\nPAY_KEY=\n')
  expect(exampleWith('LEVEL=info\nexport MAIL_KEY=', [MAIL, PAY])).toBe(
    'LEVEL=info\nexport MAIL_KEY=\nPAY_KEY=\n',
  )
  expect(exampleWith('XMAIL_KEY=\n', [MAIL])).toBe('XMAIL_KEY=\n# sends the mails\nMAIL_KEY=\n')
  const once = exampleWith('', [MAIL, PAY])
  expect(exampleWith(once, [MAIL, PAY])).toBe(once)
})

test('models are told the names, and what a person says of them only as data', () => {
  const text = secretsSection([MAIL, PAY]) ?? ''
  expect(text).toMatch(/^Secrets the app may read from its environment: MAIL_KEY, PAY_KEY\n/)
  expect(text).toMatch(/\[data [\da-f]+\]\nMAIL_KEY: sends\nthe mails\n\[end [\da-f]+\]$/)
  expect(secretsSection([])).toBeUndefined()
  expect(secretsSection([PAY])).not.toContain('[data')
})
