import type { CommandView } from '../api.ts'
import { showDuration } from '../show.ts'
import { Badge } from './badge.tsx'
import { Code } from './code.tsx'
import { Mark } from './mark.tsx'

type Row = CommandView & { hidden?: boolean }

/** What was run and how it ended; each row opens to its output. */
export function Commands({ label, rows }: { label: string; rows: readonly Row[] }) {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-xl border border-line">
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: commands of one run never move
        <li key={at}>
          <Command row={row} />
        </li>
      ))}
    </ul>
  )
}

function Command({ row }: { row: Row }) {
  return (
    <details>
      <summary className="flex items-center gap-2.5 rounded-xl px-3 py-2 hover:bg-sunk">
        <Mark kind={row.passed ? 'good' : 'bad'} says={row.passed ? 'passed' : 'failed'} />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
            {row.name}
            {row.hidden && <Badge>hidden test</Badge>}
          </span>
          {row.command !== '' && (
            <code className="block truncate font-mono text-xs text-soft">{row.command}</code>
          )}
        </span>
        <span className="numbers shrink-0 text-right text-xs text-soft">
          {showDuration(row.ms)}
          <br />
          {row.exitCode === null ? 'no exit code' : `exit ${row.exitCode}`}
        </span>
        <span className="arrow mx-1 shrink-0 text-soft" aria-hidden="true" />
      </summary>
      <div className="space-y-2 px-3 pb-3">
        {row.command !== '' && <Code label={`Command of ${row.name}`} text={row.command} />}
        <Code label={`Output of ${row.name}`} text={row.output || '(no output)'} className="max-h-72" />
      </div>
    </details>
  )
}
