import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { openApp, type Seams } from '../../src/app.ts'
import { clientOf } from '../../src/cli/client.ts'
import { inProcess } from '../../src/cli/connection.ts'
import { drive, yes } from '../../src/cli/drive.ts'
import { readConfig } from '../../src/config.ts'
import { type Database, rows, type Sql } from '../../src/db/database.ts'
import { sha256 } from '../../src/id.ts'
import type { Model, ModelRequest } from '../../src/llm/model.ts'
import type { Sandbox } from '../../src/sandbox/open.ts'

/**
 * A product that kills itself with SIGKILL at points that it has not died at yet: `node actor.ts DATA_DIR APP
 * calm|deadly SHARE SEED` dies at one point in SHARE, chosen by the seed; with 1 at every one. Points are named by what the database says, so that each names one moment of the project's life; the
 * names of the deaths are kept in a file. Ends with 0 and a line of JSON once the project is delivered.
 */

const [dataDir = '', appName = '', temper = '', share = '1', seed = ''] = process.argv.slice(2)
const deaths = join(dataDir, 'deaths')
const asked = join(dataDir, 'asked')
/** A sandbox run takes longer than this: the process dies in the middle of it. */
const INTO_THE_RUN_MS = 15
/** Of the runs of one step, this many are died in. */
const RUNS_DIED_IN = 2

function died(): Set<string> {
  return new Set(existsSync(deaths) ? readFileSync(deaths, 'utf8').split('\n') : [])
}

function isChosen(point: string): boolean {
  return Number.parseInt(sha256(`${seed} ${point}`).slice(0, 8), 16) % Number(share) === 0
}

function dieAt(point: string): void {
  if (temper !== 'deadly' || !isChosen(point) || died().has(point)) return
  appendFileSync(deaths, `${point}\n`)
  process.kill(process.pid, 'SIGKILL')
}

/** Where the project stands: its step and state, and how many calls were begun and finished. */
async function moment(on: Sql): Promise<string> {
  const [row] = await rows<{ moment: string }>(
    on,
    sql`select coalesce((select state || ':' || step || ':' || epoch from projects limit 1), 'none') || ':' ||
      (select count(*) from calls) || ':' || (select count(*) from calls where status <> 'started') as moment`,
  )
  return row?.moment ?? 'none'
}

function deadlyDatabase(database: Database): Database {
  return {
    ...database,
    transaction: async steps => {
      const value = await database.transaction(async tx => {
        const result = await steps(tx)
        dieAt(`before the commit of ${await moment(tx)}`)
        return result
      })
      dieAt(`after the commit of ${await moment(database.sql)}`)
      return value
    },
  }
}

function deadlyModel(model: Model): Model {
  return {
    ...model,
    answer: async (request: ModelRequest, asking) => {
      const words = sha256(JSON.stringify([model.id, request]))
      appendFileSync(asked, `${words}\n`)
      dieAt(`in the call ${words}`)
      const result = await model.answer(request, asking)
      dieAt(`with the answer to ${words}`)
      return result
    },
  }
}

let step = ''
let runs = 0

function deadlySandbox(sandbox: Sandbox, where: () => Promise<string>): Sandbox {
  return {
    ...sandbox,
    run: async (spec, signal) => {
      const now = await where()
      runs = now === step ? runs + 1 : 1
      step = now
      const number = runs
      const run = sandbox.run(spec, signal)
      if (number <= RUNS_DIED_IN) setTimeout(() => dieAt(`in run ${number} of ${now}`), INTO_THE_RUN_MS)
      return run
    },
  }
}

let opened: Database | undefined
const seams: Seams = {
  database: database => {
    opened = deadlyDatabase(database)
    return opened
  },
  model: (_, model) => deadlyModel(model),
  sandbox: sandbox => deadlySandbox(sandbox, async () => (opened ? moment(opened.sql) : 'none')),
  ...(temper === 'deadly' ? { gitPath: `${join(dataDir, 'bin')}:/usr/bin:/bin` } : {}),
}

const app = await openApp(readConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'warn' }), seams)
if (!app.ok) throw new Error(app.says)
await app.value.work()
const client = clientOf(inProcess(app.value))
const [project] = await client.projects()
const example = (await client.session()).examples.find(each => each.name === appName)
const id = project?.id ?? (await client.create(example?.description ?? '')).id
const ended = await drive(client, id, yes, () => {})
writeFileSync(join(dataDir, 'ended.json'), JSON.stringify({ id, state: ended.state, pause: ended.pause }))
const session = await client.session()
const audit = await client.get<{ balanced: boolean }>('/api/ledger/audit')
const calls = await client.calls(id)
const report = {
  state: ended.state,
  pause: ended.pause,
  decision: ended.decision,
  balance: session.balance,
  balanced: audit.balanced,
  treeSha256: ended.deliveries[0]?.treeSha256,
  deliveries: ended.deliveries.length,
  completed: calls.filter(call => call.status === 'completed').length,
  other: calls.filter(call => call.status !== 'completed').length,
  repeats: calls.reduce((sum, call) => sum + call.repeats, 0),
  id,
}
process.stdout.write(`${JSON.stringify(report)}\n`)
await app.value.close()
