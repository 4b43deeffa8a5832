import { balanceOf } from '../../billing/posting.ts'
import { invariant } from '../../failure.ts'
import type { Ground } from '../ground.ts'
import { outcome, rest, type WorkResult } from '../outcome.ts'
import { texts } from '../texts.ts'

/** Looks whether the balance bears at least the low end of the quote; moves nothing. */
export async function reserving(ground: Ground): Promise<WorkResult<'reserving'>> {
  const { parts, project } = ground
  const { quote } = project.file
  invariant(quote !== null, 'an approved plan has a quote')
  if (parts.tariff.purse === 'tab') return outcome('funded')
  const neededMicro = BigInt(quote.fromMicro)
  const { availableMicro } = await balanceOf(parts.database.sql, project.userId)
  if (availableMicro < neededMicro)
    return rest('credits', texts.quoteShort(neededMicro, availableMicro), { needsMicro: neededMicro })
  return outcome('funded')
}
