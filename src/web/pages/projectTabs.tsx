import clsx from 'clsx'
import { Link } from 'wouter'

/** The views of a project; on a wide screen the conversation is always there and needs no tab. */
export const TABS = {
  chat: 'Chat',
  plan: 'Plan',
  files: 'Files',
  evidence: 'Evidence',
  costs: 'Costs',
} as const
export type Tab = keyof typeof TABS

const NAMES = Object.keys(TABS).filter(isTab)

function isTab(word: string): word is Tab {
  return Object.hasOwn(TABS, word)
}

/** The tab that the address names; the conversation where it names none. */
export function tabOf(word: string | undefined): Tab {
  return word !== undefined && isTab(word) ? word : 'chat'
}

type Props = { id: string; shown: Tab; wide: boolean; waits: boolean }

export function ProjectTabs({ id, shown, wide, waits }: Props) {
  const names = NAMES.filter(name => !(wide && name === 'chat'))
  return (
    <nav
      aria-label="Views of the project"
      className="flex shrink-0 border-line bg-paper max-lg:border-t max-lg:pb-[env(safe-area-inset-bottom)] lg:gap-1 lg:border-b lg:px-6"
    >
      {names.map(name => (
        <Link
          key={name}
          href={name === 'chat' ? `/p/${id}` : `/p/${id}/${name}`}
          aria-current={name === shown ? 'page' : undefined}
          className={clsx(
            'relative flex min-h-12 flex-1 items-center justify-center text-sm font-medium transition focus-visible:-outline-offset-2 lg:flex-none lg:px-3',
            'after:absolute after:inset-x-3 after:h-0.5 after:rounded-full max-lg:after:top-0 lg:after:bottom-0',
            name === shown ? 'text-accent after:bg-accent' : 'text-soft hover:text-ink',
          )}
        >
          {TABS[name]}
          {name === 'chat' && waits && shown !== 'chat' && (
            <span role="img" aria-label="waits for you" className="ml-1.5 size-2 rounded-full bg-warn" />
          )}
        </Link>
      ))}
    </nav>
  )
}
