import { z } from 'zod'

/** The part of the OSV schema that is used (https://ossf.github.io/osv-schema/); all of it was written by others. */

const id = z.string().regex(/^[\w.:-]{1,100}$/)

export const batchSchema = z.object({
  results: z.array(
    z.object({
      vulns: z.array(z.object({ id })).optional(),
      next_page_token: z.string().max(2_000).optional(),
    }),
  ),
})

const eventSchema = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
})

/** Where only the severity is of interest; what else is there differs by database. */
const specificSchema = z
  .object({ severity: z.string().optional().catch(undefined) })
  .optional()
  .catch(undefined)

export const recordSchema = z.object({
  id,
  summary: z.string().optional(),
  details: z.string().optional(),
  aliases: z.array(z.string()).optional(),
  withdrawn: z.string().optional(),
  severity: z.array(z.object({ type: z.string(), score: z.string() })).optional(),
  database_specific: specificSchema,
  affected: z
    .array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
        ranges: z.array(z.object({ type: z.string(), events: z.array(eventSchema) })).optional(),
        severity: z.array(z.object({ type: z.string(), score: z.string() })).optional(),
        ecosystem_specific: specificSchema,
        database_specific: specificSchema,
      }),
    )
    .optional(),
})
export type OsvRecord = z.infer<typeof recordSchema>
