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

export type Ratio = { what: string; time: number; perCallAt200: number; cpu: number; memory: number }

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
    p50Ms: median(alone),
    p99Ms: quantile(alone, 0.99),
    callsPerSecond: median(crowd.map(({ latenciesMs, seconds }) => latenciesMs.length / seconds)),
    cpuMsPerCall: median(
      crowd.map(({ latenciesMs, cpuSeconds }) => (cpuSeconds * 1_000) / latenciesMs.length),
    ),
    kbPerStream: bytes.length === 0 ? null : median(bytes) / 1_000,
  }
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** What a round did not measure is no number and does not count. */
function quantile(values: readonly number[], part: number): number {
  const sorted = values.filter(Number.isFinite).toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

/**
 * The median of what each round shows, since within a round all ways meet the same load. The commits, and what the
 * gateway does for them, are taken off: they are reported apart.
 */
export function ratiosOf(samples: readonly Sample[]): Ratio[] {
  const rounds = roundsOf(samples).map(figuresOf)
  const ratio = (
    what: string,
    of: (one: Figures, commits: Figures, part: Part) => number,
    name: WayName,
  ): Ratio => {
    const over = (part: Part) =>
      median(rounds.map(each => of(each[name], each['commits alone'], part) / part(each['AI SDK alone'])))
    return {
      what,
      time: over(({ p50Ms }) => p50Ms),
      perCallAt200: over(({ callsPerSecond }) => 1 / callsPerSecond),
      cpu: over(({ cpuMsPerCall }) => cpuMsPerCall),
      memory: median(
        rounds.map(
          each => (each[name].kbPerStream ?? Number.NaN) / (each['AI SDK alone'].kbPerStream ?? Number.NaN),
        ),
      ),
    }
  }
  return [
    ratio('provider layer / AI SDK alone', (one, _, part) => part(one), 'provider layer'),
    ratio(
      'gateway less commits / AI SDK alone',
      (one, commits, part) => part(one) - part(commits),
      'gateway',
    ),
  ]
}

type Part = (figures: Figures) => number

/** The samples of each round: the first of every way and kind, then the second, and so on. */
function roundsOf(samples: readonly Sample[]): Sample[][] {
  const kinds = Map.groupBy(samples, ({ name, order }) => `${name} ${order.kind}`)
  const rounds: Sample[][] = []
  for (const each of kinds.values())
    for (const [at, sample] of each.entries()) {
      const round = rounds[at] ?? []
      round.push(sample)
      rounds[at] = round
    }
  return rounds
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

function judged(ratio: number): string {
  return `${shown(ratio)}${ratio > RATIO_MAX ? ' MISSED' : ''}`
}

function shown(value: number | null): string {
  return value === null ? '–' : value.toFixed(2)
}
