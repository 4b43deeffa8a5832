import { done, type Result, refuse } from '../../failure.ts'
import { isId } from '../../id.ts'
import type { Cipher } from '../../llm/keys/cipher.ts'
import { sentence } from '../malformed.ts'
import type { Parts } from '../parts.ts'
import { loadProject } from '../store.ts'
import { SECRETS_MAX, secretSchema } from './secret.ts'
import { deleteSecret, type NamedSecret, secretsOf, writeSecret } from './store.ts'

/** What every front does with the secrets of a person's own project. A value goes in and never comes out again. */

type Needs = Pick<Parts, 'database' | 'clock'> & { cipher: Cipher }
export type SecretsRefusal = 'not-found' | 'malformed' | 'too-many'

export async function listSecrets(
  { database }: Pick<Parts, 'database'>,
  userId: string,
  projectId: string,
): Promise<Result<NamedSecret[], 'not-found'>> {
  const project = isId(projectId) ? await loadProject(database.sql, projectId) : undefined
  if (project?.userId !== userId) return noProject
  return done(await secretsOf(database.sql, projectId))
}

/** Keeps a secret, or replaces the one of that name; answers what there is then. */
export async function setSecret(
  { database, clock, cipher }: Needs,
  userId: string,
  projectId: string,
  said: unknown,
): Promise<Result<NamedSecret[], SecretsRefusal>> {
  const parsed = secretSchema.safeParse(said)
  if (!parsed.success) return refuse('malformed', sentence(parsed.error))
  if (!isId(projectId)) return noProject
  const { name, value, description = null } = parsed.data
  return database.transaction(async tx => {
    const project = await loadProject(tx, projectId, 'lock')
    if (project?.userId !== userId) return noProject
    const there = await secretsOf(tx, projectId)
    if (there.length >= SECRETS_MAX && there.every(each => each.name !== name))
      return refuse('too-many', `A project has at most ${SECRETS_MAX} secrets. Remove one first.`)
    await writeSecret(tx, { clock, cipher }, { projectId, name, value, description })
    return done(await secretsOf(tx, projectId))
  })
}

/** Forgets a secret; answers what is left. */
export async function removeSecret(
  { database }: Pick<Parts, 'database'>,
  userId: string,
  projectId: string,
  name: string,
): Promise<Result<NamedSecret[], 'not-found'>> {
  if (!isId(projectId)) return noProject
  return database.transaction(async tx => {
    const project = await loadProject(tx, projectId, 'lock')
    if (project?.userId !== userId) return noProject
    const removed = await deleteSecret(tx, projectId, name)
    return removed ? done(await secretsOf(tx, projectId)) : noSecret
  })
}

const noProject = refuse('not-found', 'There is no such project.')
const noSecret = refuse('not-found', 'The project has no secret of that name.')
