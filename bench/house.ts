import { openAccounts } from '../src/billing/ledger.ts'
import { markupOf, millionths } from '../src/billing/money.ts'
import { listPrices } from '../src/billing/pricing.ts'
import { systemClock as clock } from '../src/clock.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import { projects, users } from '../src/db/schema.ts'
import { newBytes, newId } from '../src/id.ts'
import { openBreaker } from '../src/llm/breaker.ts'
import { openGateway } from '../src/llm/gateway.ts'
import { openCipher } from '../src/llm/keys/cipher.ts'
import { masterOf } from '../src/llm/keys/masterKey.ts'
import { openKeyPool } from '../src/llm/keys/pool.ts'
import type { Model } from '../src/llm/model.ts'
import { openLog, openSecrets } from '../src/log.ts'
import { openMetrics } from '../src/metrics.ts'
import { TARIFF } from '../tests/set-up/tariff.ts'
import { requestOf, type Way } from './question.ts'

/** As many projects as there are calls at the same time: they do not wait for each other's locks. */
const PROJECTS = 200
const CALL_LIMIT_MS = 60_000
const CREDITS = millionths('1000000')
const PRICE = {
  inputPicoUsd: 500_000n,
  cachedPicoUsd: 500_000n,
  cacheWrittenPicoUsd: 500_000n,
  outputPicoUsd: 2_000_000n,
  thinkingPicoUsd: 2_000_000n,
  imagePicoUsd: 0n,
  tiers: [],
}

/** The whole gateway over a database and one model, wired as the product wires it. */
export async function openHouse(databaseUrl: string, model: Model): Promise<Way> {
  const database = await openDatabase({ url: databaseUrl, dataDir: '' })
  const log = openLog({ level: 'silent' })
  const cipher = openCipher([masterOf(Buffer.from(newBytes(32)).toString('hex'))], openSecrets())
  const makers = await newMakers(database, model)
  const gateway = openGateway({
    database,
    clock,
    route: () => ({ architect: [model], implementer: [model], verifier: [model] }),
    keys: openKeyPool({ database, clock, log, cipher }),
    breaker: openBreaker(),
    metrics: openMetrics(),
    tariff: { ...TARIFF, markup: markupOf('0.01', '1.3') },
    callLimitMs: CALL_LIMIT_MS,
  })
  let ordinal = 0
  return async ({ words, signal = new AbortController().signal, first }) => {
    ordinal += 1
    const maker = makers[ordinal % PROJECTS]
    if (!maker) throw new Error('every call has a project')
    const request = requestOf(words)
    const order = {
      ...maker,
      epoch: 1,
      step: 1,
      ordinal,
      role: 'implementer',
      request,
      capMicro: CREDITS,
    } as const
    const result = await gateway.call({ ...order, hear: () => first?.() }, signal)
    return result.ok ? result.text : ''
  }
}

type Maker = { userId: string; projectId: string }

function newMakers(database: Database, { provider, id }: Model): Promise<Maker[]> {
  const at = new Date(clock.nowMs())
  const makers = Array.from({ length: PROJECTS }, () => ({ userId: newId(), projectId: newId() }))
  return database.transaction(async tx => {
    await listPrices(tx, clock, [{ provider, model: id, ...PRICE }], 'catalogue')
    for (const { userId, projectId } of makers) {
      await tx.insert(users).values({ id: userId, name: 'Ada', role: 'maker', createdAt: at })
      await openAccounts(tx, clock, userId, CREDITS)
      await tx.insert(projects).values({
        id: projectId,
        userId,
        description: 'a program',
        state: 'implementing',
        step: 1,
        epoch: 1,
        file: {},
        capMicro: CREDITS,
        createdAt: at,
        updatedAt: at,
      })
    }
    return makers
  })
}
