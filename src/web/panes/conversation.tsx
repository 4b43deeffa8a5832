import { memo, useEffect, useMemo, useRef } from 'react'
import type { ProjectView } from '../api.ts'
import { CurrentCards } from '../cards/current.tsx'
import { type ChatItem, chatItems } from '../chat.ts'
import type { Live } from '../live.ts'
import { Loading, Refused } from '../parts/notice.tsx'
import type { Say } from '../queries.ts'
import { useMoney } from '../useMoney.ts'
import { stateWords } from '../words.ts'
import { Composer } from './composer.tsx'
import { Message } from './message.tsx'
import { Notes } from './notes.tsx'
import { Working } from './working.tsx'

type Props = { project: ProjectView; live: Live; say: Say }

/** Everything that was said and done, the card that waits for the person, and the line to write in. */
export function ConversationPane({ project, live, say }: Props) {
  const money = useMoney()
  const items = useMemo(() => chatItems(live.events, money), [live.events, money])
  const cardKey = `${project.state} ${project.pause?.reason ?? ''} ${project.questions.length}`
  const working = stateWords(project).tone === 'works'
  const scroller = useKeepInSight(items.length, cardKey)
  return (
    <section aria-label="Conversation" className="flex min-h-0 flex-1 flex-col" onInput={say.forget}>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <div className="mx-auto flex max-w-2xl flex-col gap-3 p-4">
          {items.length === 0 && live.connection !== 'live' && <Loading what="the conversation" />}
          <Items items={items} />
          {working && <Working />}
          <div data-cards className="flex scroll-mt-3 flex-col gap-3 empty:hidden">
            <CurrentCards key={cardKey} project={project} say={say} events={live.events} />
          </div>
        </div>
      </div>
      <div className="mx-auto w-full max-w-2xl space-y-2 border-t border-line px-4 py-3 empty:hidden">
        <Refused error={say.error} />
        <Composer project={project} say={say} />
      </div>
    </section>
  )
}

const Items = memo(function Items({ items }: { items: readonly ChatItem[] }) {
  return (
    <ol aria-label="Messages" className="flex flex-col gap-3">
      {items.map(item => (
        <li key={item.seq}>
          {item.kind === 'said' ? <Message item={item} /> : <Notes notes={item.notes} />}
        </li>
      ))}
    </ol>
  )
})

/** Somebody who is this close to the end is following; others are reading back and are left alone. */
const FOLLOWING_PX = 160

/** Keeps the newest in sight: the end of the messages, or the beginning of a card that does not fit. */
function useKeepInSight(items: number, cardKey: string) {
  const scroller = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)

  useEffect(() => {
    const box = scroller.current
    if (!box) return
    const onScroll = () => {
      atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < FOLLOWING_PX
    }
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => box.removeEventListener('scroll', onScroll)
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message or card is what calls for scrolling
  useEffect(() => {
    const box = scroller.current
    const cards = box?.querySelector('[data-cards]')
    if (!box || !cards || !atEnd.current) return
    const tall = cards.clientHeight > box.clientHeight
    if (tall) cards.scrollIntoView({ block: 'start' })
    else box.scrollTop = box.scrollHeight
    atEnd.current = true
  }, [items, cardKey])

  return scroller
}
