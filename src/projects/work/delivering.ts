import { spentMicro } from '../../billing/ledger.ts'
import { credits } from '../../billing/money.ts'
import { invariant } from '../../failure.ts'
import type { Ground } from '../ground.ts'
import { outcome, type WorkResult } from '../outcome.ts'
import { deliveriesOf } from '../store.ts'
import { texts } from '../texts.ts'

/** Hands the proven ZIP over with the final bill, which is what the ledger says. */
export async function delivering(ground: Ground): Promise<WorkResult<'delivering'>> {
  const { parts, project } = ground
  const [delivery] = await deliveriesOf(parts.database.sql, project.id)
  const { brief, plan } = project.file
  invariant(delivery !== undefined && brief !== null && plan !== null, 'a delivery was packaged')
  const spending = await spentMicro(parts.database.sql, project.id)
  const commands = Array.isArray(delivery.proof) ? delivery.proof.length : 0
  return outcome('delivered', {
    events: [
      {
        type: 'delivered',
        zip: `${plan.slug}.zip`,
        bytes: delivery.zip.byteLength,
        spentCredits: credits(spending.spentMicro),
      },
    ],
    says: [texts.delivered(brief.title, spending.spentMicro, commands)],
  })
}
