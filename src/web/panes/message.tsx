import clsx from 'clsx'
import type { ChatItem } from '../chat.ts'
import { Prose } from '../parts/prose.tsx'
import { showClock } from '../show.ts'

/** One message as it was said. */
export function Message({ item }: { item: Extract<ChatItem, { kind: 'said' }> }) {
  return (
    <div className={clsx('flex flex-col', item.mine ? 'items-end' : 'items-start')}>
      <p
        className={clsx(
          'max-w-[88%] rounded-2xl px-3.5 py-2 wrap-anywhere whitespace-pre-wrap',
          item.mine ? 'rounded-br-md bg-accent-soft' : 'rounded-bl-md border border-line bg-sheet',
        )}
      >
        <Prose text={item.text} />
      </p>
      <span className="numbers mt-0.5 px-1 text-xs text-soft">
        {item.mine ? 'You' : 'Botwright'}, {showClock(item.atMs)}
      </span>
    </div>
  )
}
