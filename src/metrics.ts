import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What is measured while the product runs, for Prometheus. Names and labels are in docs/metrics.md. */
export type Metrics = {
  /** One try at a model has ended. `outcome` is `answered` or the kind of its failure. */
  called(call: MeasuredCall): void
  /** Everything in the text format of Prometheus. */
  text(): Promise<string>
  contentType: string
}

export type MeasuredCall = {
  provider: string
  model: string
  role: string
  outcome: string
  latencyMs: number
  firstTokenMs: number | null
  tokens: { input: number; cached: number; cacheWritten: number; output: number; thinking: number }
}

const PREFIX = 'botwright_'
/** From a cached answer of a small model to the longest answer of a large one, in seconds. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320]
const TOKEN_KINDS = ['input', 'cached', 'cacheWritten', 'output', 'thinking'] as const
const BY_MODEL = ['provider', 'model'] as const

export function openMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: PREFIX })
  const calls = new Counter({
    name: `${PREFIX}model_calls_total`,
    help: 'Tries at models, by how they ended',
    labelNames: [...BY_MODEL, 'role', 'outcome'],
    registers,
  })
  const tokens = new Counter({
    name: `${PREFIX}model_tokens_total`,
    help: 'Tokens; cached and cacheWritten are part of input, thinking is part of output',
    labelNames: [...BY_MODEL, 'kind'],
    registers,
  })
  const share = new Gauge({
    name: `${PREFIX}model_cached_token_share`,
    help: 'Share of the input tokens since the start that came from the cache of the provider, 0 to 1',
    labelNames: BY_MODEL,
    registers,
  })
  const histogram = (name: string, help: string) =>
    new Histogram({ name: `${PREFIX}${name}`, help, labelNames: BY_MODEL, buckets: SECONDS, registers })
  const latency = histogram('model_call_seconds', 'How long tries took that were answered')
  const firstToken = histogram('model_first_token_seconds', 'How long the first piece of text took to come')
  const read = new Map<string, { input: number; cached: number }>()
  const addRead = (labels: { provider: string; model: string }, input: number, cached: number) => {
    const name = `${labels.provider}/${labels.model}`
    const before = read.get(name) ?? { input: 0, cached: 0 }
    const sum = { input: before.input + input, cached: before.cached + cached }
    read.set(name, sum)
    if (sum.input > 0) share.set(labels, sum.cached / sum.input)
  }
  return {
    called: call => {
      const { provider, model, role, outcome } = call
      const labels = { provider, model }
      calls.inc({ ...labels, role, outcome })
      for (const kind of TOKEN_KINDS) tokens.inc({ ...labels, kind }, call.tokens[kind])
      addRead(labels, call.tokens.input, call.tokens.cached)
      if (outcome === 'answered') latency.observe(labels, call.latencyMs / 1_000)
      if (call.firstTokenMs !== null) firstToken.observe(labels, call.firstTokenMs / 1_000)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
