import { expect, test } from 'vitest'
import { z } from 'zod'
import { sentence } from './malformed.ts'
import { personEventSchema } from './say.ts'

const schema = z.object({
  name: z.string().min(1).max(3),
  own: z.string('Say what is yours.'),
  follow: z.enum(['yes', 'no']),
  parts: z.array(z.number().int()).max(2),
  day: z.iso.date(),
})
const good = { name: 'abc', own: '', follow: 'yes', parts: [1], day: '2027-01-31' }

test.each([
  [{ name: undefined }, 'The field name is missing.'],
  [{ name: 7 }, 'The field name is not text.'],
  [{ name: '' }, 'The field name is empty.'],
  [{ name: 'abcd' }, 'The field name is too large: at most 3.'],
  [{ own: null }, 'Say what is yours.'],
  [{ follow: 'maybe' }, 'The field follow must be one of "yes", "no".'],
  [{ parts: {} }, 'The field parts is not a list.'],
  [{ parts: [1, 'x'] }, 'The field parts.1 is not a number.'],
  [{ day: 'today' }, 'The field day has not the form that is expected.'],
])('%j is refused in words of ours', (changes, says) => {
  const { error } = schema.safeParse({ ...good, ...changes })
  expect(error && sentence(error)).toBe(says)
})

test.each([null, 'approve', {}, { type: 'explode' }, { type: 'raise' }, { type: 'answer', answers: [7] }])(
  'nothing of the library is heard when %j is said to a project',
  said => {
    const { error } = personEventSchema.safeParse(said)
    const says = error ? sentence(error) : ''
    expect(says).toMatch(/^[A-Z].*\.$/)
    expect(says).not.toMatch(/Invalid|expected|received|discriminator/)
  },
)
