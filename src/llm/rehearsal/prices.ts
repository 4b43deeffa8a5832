import { REHEARSAL } from './rehearsal.ts'

/**
 * What a rehearsal is charged, in pico-USD a token, so that holds, caps and bills are exercised at amounts like those of
 * real models: the Architect at 1.25 and 10 USD a million, the Implementer at 0.30 and 1.20.
 */
export const REHEARSAL_PRICES = [
  {
    provider: REHEARSAL,
    model: 'architect',
    inputPicoUsd: 1_250_000n,
    cachedPicoUsd: 312_500n,
    cacheWrittenPicoUsd: 1_250_000n,
    outputPicoUsd: 10_000_000n,
    thinkingPicoUsd: 10_000_000n,
    imagePicoUsd: 0n,
    tiers: [],
  },
  {
    provider: REHEARSAL,
    model: 'implementer',
    inputPicoUsd: 300_000n,
    cachedPicoUsd: 75_000n,
    cacheWrittenPicoUsd: 300_000n,
    outputPicoUsd: 1_200_000n,
    thinkingPicoUsd: 1_200_000n,
    imagePicoUsd: 0n,
    tiers: [],
  },
] as const
