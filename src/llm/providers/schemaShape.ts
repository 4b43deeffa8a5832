import type { JSONSchema7 } from 'ai'

/**
 * What a schema asks besides the shape. Providers refuse whole requests over these: Gemini when nested bounds make
 * "too many states", others because a keyword is not in their subset. The words of the prompt still carry the full
 * schema, and the answer is validated against it.
 */
const BOUNDS = new Set([
  '$schema',
  'default',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minProperties',
  'maxProperties',
  'propertyNames',
])
/** Keywords whose value maps names of the author's choosing to schemas. */
const BY_NAME = new Set(['properties', '$defs', 'definitions', 'patternProperties'])
/** Keywords whose value is data, not a schema. */
const DATA = new Set(['enum', 'const', 'required', 'examples'])

/** The shape of a JSON Schema, without bounds and closed to further properties, as structured output wants it. */
export function schemaShape(schema: Record<string, unknown>): JSONSchema7 {
  return closed(Object.fromEntries(Object.entries(schema).flatMap(keyword)))
}

function keyword([name, value]: [string, unknown]): [string, unknown][] {
  if (BOUNDS.has(name)) return []
  if (DATA.has(name)) return [[name, value]]
  if (BY_NAME.has(name) && isObject(value)) return [[name, mapped(value)]]
  return [[name, within(value)]]
}

function mapped(schemas: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, within(schema)]))
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within)
  return isObject(value) ? schemaShape(value) : value
}

function closed(schema: Record<string, unknown>): Record<string, unknown> {
  return 'properties' in schema ? { additionalProperties: false, ...schema } : schema
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
