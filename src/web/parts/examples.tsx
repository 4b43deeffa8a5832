import type { SessionView } from '../api.ts'

type Props = { examples: SessionView['examples']; says: string; onPick: (description: string) => void }

/** Descriptions that may be tried at once: pressing one only fills it in. */
export function Examples({ examples, says, onPick }: Props) {
  const possible = examples.filter(({ lacks }) => lacks === null)
  if (possible.length === 0) return null
  return (
    <fieldset>
      <legend className="mb-2 text-sm text-soft">{says}</legend>
      <div className="flex flex-wrap gap-2">
        {possible.map(({ title, description }) => (
          <button
            key={title}
            type="button"
            title={`Example. Fills in: ${description}`}
            onClick={() => onPick(description)}
            className="rounded-full border border-line bg-sheet px-3.5 py-1.5 text-sm transition hover:border-accent hover:text-accent"
          >
            {title}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
