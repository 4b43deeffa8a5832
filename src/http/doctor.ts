import { Hono } from 'hono'
import { usd } from '../billing/money.ts'
import { messageOf, type Result } from '../failure.ts'
import type { Examined } from '../llm/doctor.ts'
import { type AdvisedRegistry, advised } from '../sandbox/egress/advice.ts'
import type { Workshop } from '../sandbox/workshop.ts'
import type { Context } from './context.ts'

const TOKENS = 1_000_000n

/** Tries every configured model with one tiny call, and looks at the sandbox, its toolchains and the registries. */
export function doctorApi({ parts, userId }: Pick<Context, 'userId'> & { parts: Parts }): Hono {
  const routes = new Hono()
  routes.post('/api/operator/doctor', async c => {
    const [examined, machine] = await Promise.all([
      parts.gateway.examine(userId, c.req.raw.signal),
      machineOf(parts.sandbox),
    ])
    return c.json({ models: examined.map(shown), ...machine })
  })
  return routes
}

type Parts = Pick<Context['parts'], 'gateway'> & { sandbox: Result<Workshop> }

async function machineOf(sandbox: Result<Workshop>) {
  if (!sandbox.ok) return { sandbox: { ...NO_SANDBOX, says: sandbox.says }, toolchains: [], registries: [] }
  const { backend, version, guarantees } = sandbox.value.sandbox
  const asked = await registriesOf(sandbox.value)
  return {
    sandbox: { backend, version, guarantees, says: null },
    toolchains: sandbox.value.toolchains,
    ...asked,
  }
}

const NO_SANDBOX = { backend: null, version: null, guarantees: null }

type Asked = { registries: readonly AdvisedRegistry[]; registriesSay?: string }

/** Whoever asks what is wrong is told the rest, too, where the mirror itself cannot be opened. */
async function registriesOf({ egress }: Workshop): Promise<Asked> {
  try {
    const opened = await egress()
    await opened.refresh()
    return { registries: opened.registries.map(advised) }
  } catch (cause) {
    return { registries: [], registriesSay: `The registries cannot be asked: ${messageOf(cause)}` }
  }
}

function shown({ price, costPicoUsd, ...examined }: Examined) {
  return {
    ...examined,
    costUsd: costPicoUsd === null ? null : usd(costPicoUsd),
    price: price && {
      inputUsdPerMillion: usd(price.inputPicoUsd * TOKENS),
      outputUsdPerMillion: usd(price.outputPicoUsd * TOKENS),
    },
  }
}
