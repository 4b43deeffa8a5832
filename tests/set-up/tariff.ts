import { type Tariff, tariffOf } from '../../src/billing/tariff.ts'

/** Credits are sold at the rate of ONE_TO_ONE, and nothing is limited. */
export const TARIFF: Tariff = tariffOf({
  billing: 'credits',
  creditValueUsd: '0.000001',
  markupFactor: '1',
  initialCredits: '0',
  lowCredits: '0',
  policy: 'verified',
  projectLimitUsd: null,
  dayLimitUsd: null,
  spendAlertUsd: '5',
  referralBonusCredits: '0',
})
