import { and, asc, eq, ne } from 'drizzle-orm'
import type { Clock } from '../../clock.ts'
import type { Sql } from '../../db/database.ts'
import { projectSecrets } from '../../db/schema.ts'
import type { Cipher } from '../../llm/keys/cipher.ts'

/** The SQL of project secrets. Only `secretValues` and `resealSecrets` ever open one. */

export type NamedSecret = { name: string; description: string | null; atMs: number }

/** Names and descriptions, by name. */
export async function secretsOf(on: Sql, projectId: string): Promise<NamedSecret[]> {
  const { name, description, at } = projectSecrets
  const found = await on
    .select({ name, description, at })
    .from(projectSecrets)
    .where(eq(projectSecrets.projectId, projectId))
    .orderBy(asc(projectSecrets.name))
  return found.map(({ at: setAt, ...named }) => ({ ...named, atMs: setAt.getTime() }))
}

export async function writeSecret(
  tx: Sql,
  { clock, cipher }: { clock: Clock; cipher: Cipher },
  given: { projectId: string; name: string; value: string; description: string | null },
): Promise<void> {
  const { projectId, name, value, description } = given
  const at = new Date(clock.nowMs())
  const written = { ...cipher.seal(ownerOf(projectId, name), value), description, at }
  await tx
    .insert(projectSecrets)
    .values({ projectId, name, ...written })
    .onConflictDoUpdate({ target: [projectSecrets.projectId, projectSecrets.name], set: written })
}

/** Whether there was one. */
export async function deleteSecret(tx: Sql, projectId: string, name: string): Promise<boolean> {
  const deleted = await tx
    .delete(projectSecrets)
    .where(and(eq(projectSecrets.projectId, projectId), eq(projectSecrets.name, name)))
    .returning({ name: projectSecrets.name })
  return deleted.length > 0
}

/** Every value of a project that a master key at hand opens, for the scan of what is delivered; never for a front. */
export async function secretValues(on: Sql, cipher: Cipher, projectId: string): Promise<string[]> {
  const rows = await on.select().from(projectSecrets).where(eq(projectSecrets.projectId, projectId))
  return rows.flatMap(row => cipher.open(ownerOf(row.projectId, row.name), row) ?? [])
}

/** Seals every secret under the first master key, in the caller's transaction; a second time changes nothing. */
export async function resealSecrets(
  tx: Sql,
  cipher: Cipher,
): Promise<{ resealed: number; unreadable: number }> {
  const rows = await tx
    .select()
    .from(projectSecrets)
    .where(ne(projectSecrets.masterFingerprint, cipher.sealsUnder))
    .orderBy(projectSecrets.projectId, projectSecrets.name)
    .for('no key update')
  let resealed = 0
  for (const row of rows) {
    const { projectId, name } = row
    const owner = ownerOf(projectId, name)
    const value = cipher.open(owner, row)
    if (value === undefined) continue
    await tx
      .update(projectSecrets)
      .set(cipher.seal(owner, value))
      .where(and(eq(projectSecrets.projectId, projectId), eq(projectSecrets.name, name)))
    resealed++
  }
  return { resealed, unreadable: rows.length - resealed }
}

/** Project and name are sealed in: a value that was moved to another row does not open. No key has such a provider. */
function ownerOf(projectId: string, name: string): { id: string; provider: string } {
  return { id: `${projectId} ${name}`, provider: 'project secret' }
}
