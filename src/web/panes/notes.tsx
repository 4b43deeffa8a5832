import type { Note } from '../chat.ts'
import { Prose } from '../parts/prose.tsx'
import { showClock } from '../show.ts'

/** The steps between two messages: the newest in sight, the others behind it. */
export function Notes({ notes }: { notes: readonly Note[] }) {
  const newest = notes.at(-1)
  if (!newest) return null
  if (notes.length === 1)
    return (
      <p className="px-1 text-sm text-soft">
        <Prose text={newest.text} />
      </p>
    )
  return (
    <details className="px-1 text-sm text-soft">
      <summary className="flex items-baseline gap-2 rounded-lg hover:text-ink">
        <span className="arrow shrink-0" aria-hidden="true" />
        <span className="min-w-0 flex-1">
          <Prose text={newest.text} />
        </span>
        <span className="shrink-0 text-xs">{notes.length} steps</span>
      </summary>
      <ol className="mt-2 space-y-1 border-l border-line pl-3">
        {notes.map(note => (
          <li key={note.seq} className="flex gap-2">
            <span className="numbers shrink-0 text-xs leading-5">{showClock(note.atMs)}</span>
            <span>
              <Prose text={note.text} />
            </span>
          </li>
        ))}
      </ol>
    </details>
  )
}
