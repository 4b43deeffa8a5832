import { createRequire } from 'node:module'
import { z } from 'zod'

/** An expression of SPDX licences, as `spdx-expression-parse` reads it, which brings no types. */
export type Expression = Leaf | { left: Expression; conjunction: 'and' | 'or'; right: Expression }
export type Leaf = { license: string; plus?: boolean | undefined; exception?: string | undefined }

const schema: z.ZodType<Expression> = z.lazy(() =>
  z.union([
    z.object({ left: schema, conjunction: z.enum(['and', 'or']), right: schema }),
    z.object({ license: z.string(), plus: z.boolean().optional(), exception: z.string().optional() }),
  ]),
)

const parse: (source: string) => unknown = createRequire(import.meta.url)('spdx-expression-parse')

/** Longer ones are no expressions, and would be nested deeper than anybody reads. */
const CHARACTERS_MAX = 500

/** Null of what is no valid expression of known licences. */
export function parseExpression(source: string): Expression | null {
  if (source.length > CHARACTERS_MAX) return null
  try {
    return schema.parse(parse(source))
  } catch {
    return null
  }
}
