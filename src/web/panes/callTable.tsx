import type { CallView } from '../api.ts'
import { Badge, ProviderBadge } from '../parts/badge.tsx'
import { showClock, showDuration } from '../show.ts'
import { useMoney } from '../useMoney.ts'
import { failureWords, kindWords } from '../words.ts'

/** Every model call in order: who answered, how many tokens, what it cost. */
export function CallTable({ calls }: { calls: readonly CallView[] }) {
  const money = useMoney()
  return (
    <div className="overflow-hidden rounded-2xl border border-line bg-sheet">
      <table className="numbers w-full text-left text-sm">
        <caption className="sr-only">Model calls</caption>
        <thead className="border-b border-line text-xs text-soft">
          <tr>
            <th scope="col" className="px-3 py-2 font-medium sm:px-4">
              Call
            </th>
            <th scope="col" className="px-2 py-2 text-right font-medium">
              Tokens
            </th>
            <th scope="col" className="px-3 py-2 text-right font-medium sm:px-4">
              {money.sells ? 'Credits' : 'Cost'}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {calls.map(call => (
            <CallRow key={call.id} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function CallRow({ call }: { call: CallView }) {
  const money = useMoney()
  return (
    <tr>
      <td className="px-3 py-2 sm:px-4">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{kindWords(call.kind)}</span>
          {call.task && <span className="font-mono text-xs text-soft">{call.task}</span>}
          <Remarks call={call} />
        </span>
        <span className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-soft">
          <ProviderBadge provider={call.provider} />
          {call.model}
          <span>
            {showClock(call.startedAtMs)}
            {call.latencyMs !== null && `, ${showDuration(call.latencyMs)}`}
          </span>
        </span>
      </td>
      <td className="px-2 py-2 text-right whitespace-nowrap">
        {call.inputTokens.toLocaleString('en')} in
        {call.cachedTokens > 0 && (
          <span className="block text-xs text-soft">
            {call.cachedTokens.toLocaleString('en')} of it cached
          </span>
        )}
        <span className="block text-soft">{call.outputTokens.toLocaleString('en')} out</span>
      </td>
      <td className="px-3 py-2 text-right font-medium sm:px-4">
        {call.status === 'failed' ? 'free' : money.bare(call.credits)}
      </td>
    </tr>
  )
}

/** What is out of the ordinary about a call. */
function Remarks({ call }: { call: CallView }) {
  return (
    <>
      {call.repeats > 0 && <Badge tone="waits">repeated ×{call.repeats}</Badge>}
      {call.status === 'failed' && <Badge tone="bad">failed: {failureWords(call.failure)}</Badge>}
      {call.status === 'started' && (
        <Badge tone="works" pulse>
          running
        </Badge>
      )}
    </>
  )
}
