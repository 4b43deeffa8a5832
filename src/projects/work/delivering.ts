import { spentMicro } from '../../billing/holds.ts'
import { credits } from '../../billing/money.ts'
import { invariant } from '../../failure.ts'
import type { Ground } from '../ground.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import type { Project } from '../project.ts'
import { deliveriesOf } from '../store.ts'
import { texts } from '../texts.ts'

/** Hands the proven ZIP over with the final bill, which is what the ledger says. */
export async function delivering(ground: Ground): Promise<WorkResult<'delivering'>> {
  const { parts, project } = ground
  const [delivery] = await deliveriesOf(parts.database.sql, project.id)
  const { brief, plan } = project.file
  invariant(delivery !== undefined && brief !== null && plan !== null, 'a delivery was packaged')
  const { spentMicro: allMicro } = await spentMicro(parts.database.sql, project.id)
  const quoted = quotedOf(project, allMicro)
  const commands = Array.isArray(delivery.proof) ? delivery.proof.length : 0
  return outcome('delivered', {
    events: [
      {
        type: 'delivered',
        zip: `${plan.slug}.zip`,
        bytes: delivery.zip.byteLength,
        spentCredits: credits(allMicro),
        ...(quoted && {
          quoted: {
            fromCredits: credits(quoted.fromMicro),
            toCredits: credits(quoted.toMicro),
            spentCredits: credits(quoted.spentMicro),
          },
        }),
      },
    ],
    says: [texts.delivered(brief.title, commands, { spentMicro: allMicro, quoted }, parts.tariff)],
  })
}

/** What the plan said, beside what was spent after it. */
function quotedOf({ file: { quote } }: Project, allMicro: bigint) {
  if (quote === null) return null
  const { fromMicro, toMicro, spentMicro: beforeMicro } = quote
  return {
    fromMicro: BigInt(fromMicro),
    toMicro: BigInt(toMicro),
    spentMicro: allMicro - BigInt(beforeMicro),
  }
}
