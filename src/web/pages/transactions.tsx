import { Link } from 'wouter'
import type { TransactionView } from '../api.ts'
import { useTransactions } from '../buying.ts'
import { showChange } from '../credits.ts'
import { Button } from '../parts/button.tsx'
import { Empty, Failed, Loading, Refused } from '../parts/notice.tsx'
import { showTime } from '../show.ts'
import { transactionWords } from '../words.ts'

/** Everything that changed the credits, the newest first. */
export function Transactions() {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useTransactions()
  const all = data?.pages.flatMap(page => page.transactions)
  return (
    <section aria-labelledby="transactions">
      <h2 id="transactions" className="mb-3 text-sm font-semibold text-soft">
        Transactions
      </h2>
      {all === undefined &&
        (error ? <Failed error={error} onRetry={refetch} /> : <Loading what="transactions" />)}
      {all?.length === 0 && (
        <Empty title="No transactions yet">What changes your credits appears here.</Empty>
      )}
      {all !== undefined && all.length > 0 && (
        <ol
          aria-label="Transactions"
          className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-sheet"
        >
          {all.map(each => (
            <li key={each.id}>
              <Row transaction={each} />
            </li>
          ))}
        </ol>
      )}
      <div className="mt-3 space-y-3 empty:hidden">
        {all !== undefined && error && <Refused error={error} />}
        {hasNextPage && (
          <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Loading …' : 'Show more'}
          </Button>
        )}
      </div>
    </section>
  )
}

function Row({ transaction }: { transaction: TransactionView }) {
  const { type, amountCredits, reason, project, task, atMs } = transaction
  const loses = amountCredits.startsWith('-')
  return (
    <div className="numbers flex items-baseline justify-between gap-4 px-4 py-2.5">
      <div className="min-w-0">
        <p>
          <span className="font-medium">{transactionWords(type)}</span>
          <span className="ml-2 text-sm text-soft wrap-anywhere">{reason}</span>
        </p>
        <p className="flex flex-wrap gap-x-3 text-xs text-soft">
          <span>{showTime(atMs)}</span>
          {project !== null && (
            <Link href={`/p/${project}/costs`} className="text-accent underline-offset-2 hover:underline">
              Project{task === null ? '' : `, ${task}`}
            </Link>
          )}
        </p>
      </div>
      <b className={`shrink-0 font-semibold ${loses ? '' : 'text-good'}`}>{showChange(amountCredits)}</b>
    </div>
  )
}
