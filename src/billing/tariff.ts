import type { Config } from '../config.ts'
import type { NotHeld, Purse } from './holds.ts'
import { creditsShown, type Markup, markupOf, millionths, usdShown } from './money.ts'

/** What an installation charges and the limits it keeps: the settings about money, worked out once. */
export type Tariff = {
  /** What people see: the credits they bought, or dollars where the owner pays the providers and nothing is sold. */
  shows: 'credits' | 'usd'
  /** What calls are paid from. */
  purse: Purse
  markup: Markup
  /** `verified`: a task that is given up is returned. `usage`: every call that was answered is charged. */
  policy: 'verified' | 'usage'
  initialMicro: bigint
  /** Below this a person is warned, once; null where nothing is sold. */
  lowMicro: bigint | null
  /** No cap of a project is above this, in micro-credits. */
  projectLimitMicro: bigint | null
  /** What all calls of a day (UTC) may cost the installation. */
  dayLimitPicoUsd: bigint | null
  /** An amount for people: `12.50 credits`, `$0.13`. */
  say(micro: bigint): string
  /** From what to what: `24.90 to 53.40 credits`, `$0.17 to $0.36`. */
  range(fromMicro: bigint, toMicro: bigint): string
}

/** The tariff of these settings. Where nothing is sold a charge is what the provider takes, and credits are never seen. */
export function tariffOf(money: Config['money']): Tariff {
  const sells = money.billing === 'credits'
  const markup = markupOf(money.creditValueUsd, sells ? money.markupFactor : '1')
  const { projectLimitUsd, dayLimitUsd } = money
  return {
    shows: sells ? 'credits' : 'usd',
    purse: sells ? 'available' : 'tab',
    markup,
    policy: money.policy,
    initialMicro: sells ? millionths(money.initialCredits) : 0n,
    lowMicro: sells ? millionths(money.lowCredits) : null,
    projectLimitMicro: projectLimitUsd === null ? null : microOf(projectLimitUsd, markup),
    dayLimitPicoUsd: dayLimitUsd === null ? null : picoOf(dayLimitUsd),
    ...(sells ? IN_CREDITS : inDollars(markup)),
  }
}

type Shown = Pick<Tariff, 'say' | 'range'>

const IN_CREDITS: Shown = {
  say: micro => `${creditsShown(micro)} credits`,
  range: (fromMicro, toMicro) => `${creditsShown(fromMicro)} to ${creditsShown(toMicro)} credits`,
}

function inDollars(markup: Markup): Shown {
  const say = (micro: bigint) => usdShown(worthPicoUsd(micro, markup))
  return { say, range: (fromMicro, toMicro) => `${say(fromMicro)} to ${say(toMicro)}` }
}

/** What an amount of credits stands for, in pico-USD. */
export function worthPicoUsd(micro: bigint, { creditPicoUsd }: Markup): bigint {
  return (micro * creditPicoUsd) / 1_000_000n
}

/** Why a call cannot be paid for, in a sentence for the person. */
export function sayNotHeld(reason: NotHeld, { say }: Pick<Tariff, 'say'>): string {
  switch (reason.why) {
    case 'frozen':
      return 'This account is locked: a payment was taken back, or an operator locked it.'
    case 'over-cap':
      return `The next step could bring this project to ${say(reason.committedMicro)}; its cap is ${say(reason.capMicro)}.`
    case 'too-few-credits':
      return `Too few credits: needed ${creditsShown(reason.neededMicro)}, available ${creditsShown(reason.availableMicro)}.`
  }
}

/** The smaller of a cap and the limit that no cap is above. */
export function withinLimit(
  capMicro: bigint,
  { projectLimitMicro }: Pick<Tariff, 'projectLimitMicro'>,
): bigint {
  return projectLimitMicro !== null && projectLimitMicro < capMicro ? projectLimitMicro : capMicro
}

function picoOf(usd: string): bigint {
  return millionths(usd) * 1_000_000n
}

/** Rounded down: a limit is never stretched. */
function microOf(usd: string, { creditPicoUsd }: Markup): bigint {
  return (picoOf(usd) * 1_000_000n) / creditPicoUsd
}
