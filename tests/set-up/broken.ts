import { type SQL, sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { type Audit, audit } from '../../src/billing/audit.ts'
import type { Books } from './books.ts'

/**
 * What the audit says of books that these statements have broken, past every trigger and foreign key. It is undone
 * before this returns.
 */
export async function auditAfter({ database }: Books, ...statements: SQL[]): Promise<Audit> {
  let report: Audit | undefined
  const undone = new Error('undone')
  const breaking = database.transaction(async tx => {
    await tx.execute(sql`set local session_replication_role = replica`)
    for (const statement of statements) await tx.execute(statement)
    report = await audit(tx)
    throw undone
  })
  await expect(breaking).rejects.toBe(undone)
  if (!report) throw new Error('the audit did not run')
  return report
}

/** Moves an account, and what its user is shown of it, without a posting. */
export function moved(account: SQL, amount: number): SQL {
  return sql`with shown as (update users set credit_balance = credit_balance + ${amount}
      where id = (select user_id from accounts where id = ${account} and kind = 'available'))
    update accounts set balance_micro_credits = balance_micro_credits + ${amount} where id = ${account}`
}

export function posting(set: string, line: number, account: SQL, amount: number): SQL {
  return sql`insert into postings (set_id, line, account_id, amount_micro_credits)
    values (${set}, ${line}, ${account}, ${amount})`
}
