import type { Measured, Order } from './subject.ts'
import type { WayName } from './ways.ts'

export type Sample = { name: WayName; order: Order; measured: Measured }

export type Figures = {
  /** Of one call, when they are made one after the other. */
  p50Ms: number
  p99Ms: number
  /** With 200 at the same time. */
  callsPerSecond: number
  /** Of the process that calls, for each of those. */
  cpuMsPerCall: number
  /** Null where there is no stream. */
  kbPerStream: number | null
}

/** The goal: at most this many times what the AI SDK needs alone. */
const RATIO_MAX = 1.3

export type Ratio = { what: string; time: number; perCallAt200: number; cpu: number; memory: number | null }

/** Medians over the rounds, for each way. */
export function figuresOf(samples: readonly Sample[]): Record<WayName, Figures> {
  const of = (name: WayName) => figuresOfOne(samples.filter(sample => sample.name === name))
  return {
    'bare fetch': of('bare fetch'),
    'AI SDK alone': of('AI SDK alone'),
    'provider layer': of('provider layer'),
    gateway: of('gateway'),
    'commits alone': of('commits alone'),
  }
}

function figuresOfOne(samples: readonly Sample[]): Figures {
  const of = (kind: Order['kind']) =>
    samples.filter(({ order }) => order.kind === kind).map(({ measured }) => measured)
  const alone = of('alone').flatMap(({ latenciesMs }) => latenciesMs)
  const bytes = of('memory').flatMap(({ bytesPerStream }) => bytesPerStream ?? [])
  const crowd = of('crowd')
  return {
    p50Ms: quantile(alone, 0.5),
    p99Ms: quantile(alone, 0.99),
    callsPerSecond: quantile(
      crowd.map(({ latenciesMs, seconds }) => latenciesMs.length / seconds),
      0.5,
    ),
    cpuMsPerCall: quantile(
      crowd.map(({ latenciesMs, cpuSeconds }) => (cpuSeconds * 1_000) / latenciesMs.length),
      0.5,
    ),
    kbPerStream: bytes.length === 0 ? null : quantile(bytes, 0.5) / 1_000,
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/** The commits, and what the gateway does for them, are taken off: they are reported apart. */
export function ratiosOf(figures: Record<WayName, Figures>): Ratio[] {
  const { 'AI SDK alone': sdk, 'provider layer': layer, gateway, 'commits alone': commits } = figures
  const per = ({ callsPerSecond }: Figures) => 1 / callsPerSecond
  return [
    {
      what: 'provider layer / AI SDK alone',
      time: layer.p50Ms / sdk.p50Ms,
      perCallAt200: per(layer) / per(sdk),
      cpu: layer.cpuMsPerCall / sdk.cpuMsPerCall,
      memory: over(layer, sdk),
    },
    {
      what: 'gateway less commits / AI SDK alone',
      time: (gateway.p50Ms - commits.p50Ms) / sdk.p50Ms,
      perCallAt200: (per(gateway) - per(commits)) / per(sdk),
      cpu: (gateway.cpuMsPerCall - commits.cpuMsPerCall) / sdk.cpuMsPerCall,
      memory: over(gateway, sdk),
    },
  ]
}

function over(one: Figures, other: Figures): number | null {
  return one.kbPerStream === null || other.kbPerStream === null ? null : one.kbPerStream / other.kbPerStream
}

const HEADINGS = ['p50 ms', 'p99 ms', 'calls/s at 200', 'CPU ms/call', 'kB/stream']
const RATIO_HEADINGS = ['p50', 'time/call at 200', 'CPU', 'memory']
const NAME_WIDTH = 38
const CELL_WIDTH = 18

export function linesOf(figures: Record<WayName, Figures>, ratios: readonly Ratio[]): string[] {
  return [
    line('', HEADINGS),
    ...Object.entries(figures).map(([name, { p50Ms, p99Ms, callsPerSecond, cpuMsPerCall, kbPerStream }]) =>
      line(name, [
        shown(p50Ms),
        shown(p99Ms),
        callsPerSecond.toFixed(0),
        shown(cpuMsPerCall),
        shown(kbPerStream),
      ]),
    ),
    '',
    line(`at most ${RATIO_MAX}`, RATIO_HEADINGS),
    ...ratios.map(({ what, time, perCallAt200, cpu, memory }) =>
      line(what, [time, perCallAt200, cpu, memory].map(judged)),
    ),
  ]
}

function line(name: string, cells: readonly string[]): string {
  return `${name.padEnd(NAME_WIDTH)}${cells.map(cell => cell.padStart(CELL_WIDTH)).join('')}`
}

function judged(ratio: number | null): string {
  return ratio === null ? '–' : `${shown(ratio)}${ratio > RATIO_MAX ? ' MISSED' : ''}`
}

function shown(value: number | null): string {
  return value === null ? '–' : value.toFixed(2)
}
