import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { rows } from '../../src/db/database.ts'
import type { SecretsView } from '../../src/http/secrets.ts'
import { newToken } from '../../src/id.ts'
import { standInFor } from '../../src/projects/secrets/standIns.ts'
import type { RunSpec } from '../../src/sandbox/backend.ts'
import { unzip } from '../../src/workspace/archive.ts'
import { expectGoodDelivery, textOf } from './delivered.ts'
import { describing, onStage, STORY_MS_MAX, type Stage } from './stage.ts'

test(
  'a secret reaches the models by its name and the runs as a stand-in; its value is nowhere but sealed',
  () =>
    onStage({ settings: { LOG_LEVEL: 'debug' } }, async stage => {
      const value = `real-${newToken()}`
      const runs = watchedRuns(stage)
      const { id } = await stage.client.create(describing('durations'))
      const given = { name: 'MAIL_KEY', value, description: 'the key of the mail service' }
      const listed = await stage.client.post<SecretsView>(`/api/projects/${id}/secrets`, given)
      expect(listed.secrets.map(({ name }) => name)).toEqual(['MAIL_KEY'])
      const project = await stage.carryOn(id)
      const files = await expectGoodDelivery(stage, project)

      const told = stage.asked.filter(({ request }) => JSON.stringify(request).includes('MAIL_KEY'))
      expect(new Set(told.map(({ request }) => request.kind))).toEqual(
        new Set(['plan', 'acceptance', 'implement', 'readme']),
      )
      expect(runs.length).toBeGreaterThan(5)
      expect(new Set(runs.map(({ env }) => env?.MAIL_KEY))).toEqual(new Set([standInFor(id, 'MAIL_KEY')]))
      expect(textOf(files, '.env.example')).toBe('# the key of the mail service\nMAIL_KEY=\n')
      expect(textOf(files, 'README.md')).toContain('- `MAIL_KEY`: the key of the mail service')

      stage.app.parts.log.error({ value, MAIL_KEY: value, nested: [{ value }] }, `failed with ${value}`)
      const places = await everythingOf(stage, id)
      expect(places.filter(([, text]) => holds(text, value)).map(([place]) => place)).toEqual([])
      // The search finds what is there: the name is in every kind of place.
      const named = new Set(
        places.filter(([, text]) => text.includes('MAIL_KEY')).map(([place]) => kindOf(place)),
      )
      expect(named).toEqual(new Set(['table', 'prompt', 'zip', 'disk', 'answer']))
    }),
  STORY_MS_MAX,
)

/** Every run from now on, as the sandbox was told. */
function watchedRuns({ app }: Stage): RunSpec[] {
  if (!app.parts.sandbox.ok) throw new Error(app.parts.sandbox.says)
  const { sandbox } = app.parts.sandbox.value
  const seen: RunSpec[] = []
  const { run } = sandbox
  sandbox.run = (spec, signal) => {
    seen.push(spec)
    return run(spec, signal)
  }
  return seen
}

type Place = readonly [place: string, text: string]

async function everythingOf(stage: Stage, id: string): Promise<Place[]> {
  const { app, client } = stage
  const zip = await client.zip(id)
  const unpacked = unzip(zip)
  if (!unpacked.ok) throw new Error('the ZIP cannot be unpacked')
  const snapshot = await (await app.parts.workspaceOf(id)).snapshot()
  const answers = ['', '/secrets', '/attempts', '/calls', '/files'].map(
    async path => [`answer ${path}`, JSON.stringify(await client.get(`/api/projects/${id}${path}`))] as const,
  )
  return [
    ...(await tables(stage)),
    ...(await disk(app.config.dataDir)),
    ...stage.asked.map(({ request }, at) => [`prompt ${at}`, JSON.stringify(request)] as const),
    ...(await stage.happened(id)).map(event => [`event ${event.seq}`, JSON.stringify(event)] as const),
    ...[...unpacked.value].map(([path, { content }]) => [`zip ${path}`, latin(content)] as const),
    ...[...snapshot].map(([path, { content }]) => [`disk ${path}`, latin(content)] as const),
    ...(await Promise.all(answers)),
  ]
}

/** Every row of every table, as Postgres writes it. */
async function tables({ app }: Stage): Promise<Place[]> {
  const on = app.parts.database.sql
  const found = await rows<{ name: string }>(
    on,
    sql`select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  expect(found.length).toBeGreaterThan(20)
  const all: Place[] = []
  for (const { name } of found) {
    const kept = await rows<{ row: string }>(on, sql`select t::text as row from ${sql.raw(name)} t`)
    all.push(...kept.map(({ row }) => [`table ${name}`, row] as const))
  }
  return all
}

/** Every file of the data directory, the log and the repositories among them. */
async function disk(dir: string): Promise<Place[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  expect(paths.some(path => path.endsWith('botwright.log'))).toBe(true)
  return Promise.all(paths.map(async path => [`disk ${path}`, latin(await readFile(path))] as const))
}

function latin(content: Uint8Array): string {
  return Buffer.from(content).toString('latin1')
}

/** As it is, and as bytes are written in rows and JSON. */
function holds(text: string, value: string): boolean {
  const bytes = Buffer.from(value)
  const tail = value.slice(-8)
  return [value, tail, bytes.toString('hex'), bytes.toString('base64').slice(0, -2)].some(form =>
    text.includes(form),
  )
}

function kindOf(place: string): string {
  return place.split(' ')[0] ?? ''
}
