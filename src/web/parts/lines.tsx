import { Prose } from './prose.tsx'

/** A titled list of short sentences. */
export function Lines({ title, lines, sign }: { title: string; lines: readonly string[]; sign: string }) {
  return (
    <div>
      <h3 className="mb-1 text-sm font-semibold">{title}</h3>
      <ul className="space-y-1 text-sm">
        {lines.map(line => (
          <li key={line} className="flex gap-2">
            <span aria-hidden="true" className="w-3 shrink-0 text-center text-accent">
              {sign}
            </span>
            <span>
              <Prose text={line} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
