import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Markup, markupOf } from '../../src/billing/money.ts'
import { listPrices } from '../../src/billing/pricing.ts'
import { systemClock as clock } from '../../src/clock.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { apiKeys } from '../../src/db/schema.ts'
import { newBytes } from '../../src/id.ts'
import { openBreaker } from '../../src/llm/breaker.ts'
import { type Gateway, openGateway } from '../../src/llm/gateway.ts'
import { openCipher } from '../../src/llm/keys/cipher.ts'
import { masterOf } from '../../src/llm/keys/masterKey.ts'
import { openKeyPool } from '../../src/llm/keys/pool.ts'
import { importKeys } from '../../src/llm/keys/store.ts'
import { openrouterModel } from '../../src/llm/providers/openrouter.ts'
import { type Log, openLog, openSecrets } from '../../src/log.ts'
import { openMetrics } from '../../src/metrics.ts'
import { type Maker, newMaker, priceLike } from '../set-up/books.ts'
import { freshDatabase } from '../set-up/database.ts'
import { TARIFF } from '../set-up/tariff.ts'
import { type Watched, watched } from './watch.ts'

/** The part of the product that makes calls, wired as the product wires it, with makers who have credits. */
export type House = AsyncDisposable & {
  database: Database
  gateway: Gateway
  makers: readonly Maker[]
  keys: Watched
  log: Log
  logged(): string
  markup: Markup
}

export const GRANT = 1_000_000_000_000n
/** The strongest model answers for the architect; the implementer has it to fall back on. */
export const MODELS = { architect: 'deepseek/deepseek-v4-pro', implementer: 'deepseek/deepseek-v4-flash' }
const PRICE = priceLike({ inputPicoUsd: 500_000n, outputPicoUsd: 2_000_000n })
/** Long beside an answer, short beside a hang. */
const CALL_LIMIT_MS = 700
/** An open breaker delays calls and spoils none: it must not fill the time of the soak. */
const BREAKER = { windowSeconds: 60, pauseSeconds: 1 }

/** On a database and a directory of its own; `keys` are brought in from the environment. */
export async function openHouse(given: {
  origin: string
  keys: readonly string[]
  makers: number
}): Promise<House> {
  const { url, drop } = await freshDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'botwright-soak-'))
  const file = join(directory, 'botwright.log')
  const secrets = openSecrets()
  const log = openLog({ level: 'debug', file, secrets })
  const cipher = openCipher([masterOf(Buffer.from(newBytes(32)).toString('hex'))], secrets)
  const database = await openDatabase({ url, dataDir: '' })
  const [architect, implementer] = [MODELS.architect, MODELS.implementer].map(id =>
    openrouterModel({ baseUrl: given.origin, id }),
  )
  if (!architect || !implementer) throw new Error('two models were opened')
  await database.transaction(async tx => {
    await importKeys(tx, { clock, cipher, log }, { google: [], openrouter: given.keys })
    const prices = Object.values(MODELS).map(model => ({ provider: 'openrouter', model, ...PRICE }))
    await listPrices(tx, clock, prices, 'catalogue')
  })
  const close = async () => {
    await database.close()
    await drop()
    rmSync(directory, { recursive: true, force: true })
  }
  const makers: Maker[] = []
  for (let each = 0; each < given.makers; each++)
    makers.push(await newMaker({ database, clock, close }, { grantMicro: GRANT }))
  const keys = watched(openKeyPool({ database, clock, log, cipher }))
  const route = { architect: [architect], implementer: [implementer, architect], verifier: [architect] }
  const markup = markupOf('0.01', '1.3')
  const gateway = openGateway({
    database,
    clock,
    route: () => route,
    keys: keys.pool,
    breaker: openBreaker(undefined, BREAKER),
    metrics: openMetrics(),
    tariff: { ...TARIFF, markup },
    callLimitMs: CALL_LIMIT_MS,
  })
  const logged = () => readFileSync(file, 'utf8')
  return { database, gateway, makers, keys, log, logged, markup, [Symbol.asyncDispose]: close }
}

/** How many keys stand as what. */
export async function standOf({ database }: House): Promise<{ active: number; disabled: number }> {
  const rows = await database.sql.select({ status: apiKeys.status }).from(apiKeys)
  const active = rows.filter(({ status }) => status === 'active').length
  return { active, disabled: rows.length - active }
}
