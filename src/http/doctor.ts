import { Hono } from 'hono'
import { usd } from '../billing/money.ts'
import type { Examined } from '../llm/doctor.ts'
import type { Context } from './context.ts'

const TOKENS = 1_000_000n

/** Tries every configured model with one tiny call. */
export function doctorApi({ parts, userId }: Pick<Context, 'parts' | 'userId'>): Hono {
  const routes = new Hono()
  routes.post('/api/operator/doctor', async c => {
    const examined = await parts.gateway.examine(userId, c.req.raw.signal)
    const { sandbox } = parts
    return c.json({
      models: examined.map(shown),
      sandbox: sandbox.ok
        ? { backend: sandbox.value.sandbox.backend, says: null }
        : { backend: null, says: sandbox.says },
      toolchains: sandbox.ok ? sandbox.value.toolchains : [],
    })
  })
  return routes
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
