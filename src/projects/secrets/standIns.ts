import type { Sql } from '../../db/database.ts'
import { sha256 } from '../../id.ts'
import type { Sandbox } from '../../sandbox/open.ts'
import { secretsOf } from './store.ts'

/** What runs see instead of secrets: the same for the same project and name, of a likely shape, and plainly made up. */

const MARK_CHARACTERS = 16

/** By how the name ends or begins; the first that fits. Hosts under `.invalid` are nobody's (RFC 2606). */
const SHAPES: readonly { pattern: RegExp; shape(word: string): string }[] = [
  {
    pattern: /^(DATABASE|POSTGRES\w*|PG)_(URL|URI|DSN)$/,
    shape: word => `postgres://${word}.invalid/stand_in`,
  },
  { pattern: /^REDIS\w*_(URL|URI|DSN)$/, shape: word => `redis://${word}.invalid/0` },
  { pattern: /^MONGO\w*_(URL|URI|DSN)$/, shape: word => `mongodb://${word}.invalid/stand_in` },
  { pattern: /(^|_)(URL|URI|DSN|ENDPOINT|WEBHOOK)$/, shape: word => `https://${word}.invalid/` },
  { pattern: /(^|_)(EMAIL|MAIL_FROM)$/, shape: word => `${word}@stand-in.invalid` },
]

/** Lower case in addresses, as the name has it elsewhere; a label of a host has at most 63 characters. */
const HOST_NAME_CHARACTERS = 30

export function standInFor(projectId: string, name: string): string {
  const mark = sha256(`stand-in ${projectId} ${name}`).slice(0, MARK_CHARACTERS)
  const found = SHAPES.find(({ pattern }) => pattern.test(name))
  if (!found) return `stand-in-${name}-${mark}`
  const word = name.toLowerCase().replaceAll('_', '-').slice(0, HOST_NAME_CHARACTERS)
  return found.shape(`stand-in-${word}-${mark}`)
}

/** The environment of every run of a project: a stand-in by the name of each secret. */
export async function standInsOf(on: Sql, projectId: string): Promise<Record<string, string>> {
  const secrets = await secretsOf(on, projectId)
  return Object.fromEntries(secrets.map(({ name }) => [name, standInFor(projectId, name)]))
}

/** The sandbox as a project sees it: whatever is run or served finds the stand-ins in its environment. */
export async function withStandIns(sandbox: Sandbox, on: Sql, projectId: string): Promise<Sandbox> {
  const standIns = await standInsOf(on, projectId)
  const seen = <Spec extends { env?: Readonly<Record<string, string>> }>(spec: Spec): Spec => ({
    ...spec,
    env: { ...standIns, ...spec.env },
  })
  return {
    ...sandbox,
    run: (spec, signal) => sandbox.run(seen(spec), signal),
    serve: (spec, signal) => sandbox.serve(seen(spec), signal),
  }
}
