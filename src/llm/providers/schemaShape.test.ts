import { expect, test } from 'vitest'
import { z } from 'zod'
import { schemaShape } from './schemaShape.ts'

test('bounds are left out at every depth and objects are closed', () => {
  const schema = z.object({
    title: z.string().min(1).max(80),
    tasks: z.array(z.object({ id: z.string().regex(/^T\d+$/), effort: z.int().min(1).max(9) })).max(60),
  })
  expect(schemaShape(z.toJSONSchema(schema, { io: 'input' }))).toEqual({
    type: 'object',
    properties: {
      title: { type: 'string' },
      tasks: {
        type: 'array',
        items: {
          type: 'object',
          properties: { id: { type: 'string' }, effort: { type: 'integer' } },
          required: ['id', 'effort'],
          additionalProperties: false,
        },
      },
    },
    required: ['title', 'tasks'],
    additionalProperties: false,
  })
})

test('a property may be named like a bound', () => {
  const shape = schemaShape({ type: 'object', properties: { pattern: { type: 'string', pattern: 'x' } } })
  expect(shape.properties).toEqual({ pattern: { type: 'string' } })
})

test('choices and values are kept as they are', () => {
  const schema = { anyOf: [{ enum: ['minLength'] }, { type: 'null' }, { const: { maximum: 1 } }] }
  expect(schemaShape(schema)).toEqual(schema)
})

test('an object with names of the author’s choosing stays open', () => {
  const schema = { type: 'object', additionalProperties: { type: 'string', maxLength: 3 } }
  expect(schemaShape(schema)).toEqual({ type: 'object', additionalProperties: { type: 'string' } })
})
