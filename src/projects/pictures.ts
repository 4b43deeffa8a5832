import { and, asc, desc, eq, getTableColumns } from 'drizzle-orm'
import type { Sql } from '../db/database.ts'
import { pictures } from '../db/schema.ts'
import { invariant } from '../failure.ts'
import type { NamedPicture } from '../sandbox/proof/pictures.ts'
import type { ProjectEvent } from './event.ts'

/** What the pages of a delivery looked like: kept with it, apart from the ZIP. */

export type StoredPicture = typeof pictures.$inferSelect
/** All but the picture itself. */
export type PictureFacts = Omit<StoredPicture, 'png'>

/** As many as a proof has. */
const PICTURES_MAX = 8

export async function insertPictures(
  tx: Sql,
  projectId: string,
  delivery: number,
  taken: readonly NamedPicture[],
): Promise<void> {
  invariant(taken.length <= PICTURES_MAX, `a delivery has at most ${PICTURES_MAX} pictures`)
  const rows = taken.map(picture => ({ ...picture, projectId, delivery }))
  if (rows.length > 0) await tx.insert(pictures).values(rows)
}

/** Says that there are pictures; nothing where there are none. */
export function picturedEvents(delivery: number, taken: readonly NamedPicture[]): ProjectEvent[] {
  if (taken.length === 0) return []
  return [
    {
      type: 'pictured',
      delivery,
      pictures: taken.map(({ name, path, size, width, height }) => ({ name, path, size, width, height })),
    },
  ]
}

/** The pictures of all deliveries of a project, the newest delivery first, each page as a phone shows it and then wider. */
export function pictureFactsOf(on: Sql, projectId: string): Promise<PictureFacts[]> {
  const { png: _, ...facts } = getTableColumns(pictures)
  return on
    .select(facts)
    .from(pictures)
    .where(eq(pictures.projectId, projectId))
    .orderBy(...IN_ORDER)
}

/** The pictures of one delivery with their bytes, for whoever sends them on. */
export function picturesOf(on: Sql, projectId: string, delivery: number): Promise<StoredPicture[]> {
  return on
    .select()
    .from(pictures)
    .where(and(eq(pictures.projectId, projectId), eq(pictures.delivery, delivery)))
    .orderBy(...IN_ORDER)
    .limit(PICTURES_MAX)
}

export async function pictureNamed(
  on: Sql,
  { projectId, delivery, name }: Pick<StoredPicture, 'projectId' | 'delivery' | 'name'>,
): Promise<Uint8Array | undefined> {
  const [found] = await on
    .select({ png: pictures.png })
    .from(pictures)
    .where(and(eq(pictures.projectId, projectId), eq(pictures.delivery, delivery), eq(pictures.name, name)))
  return found?.png
}

const IN_ORDER = [desc(pictures.delivery), asc(pictures.ordinal), desc(pictures.size)]
