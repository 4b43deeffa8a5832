import type { CheckView, CommandView } from '../api.ts'
import { againWords, testWords } from '../checkWords.ts'
import { showDuration } from '../show.ts'
import { Badge } from './badge.tsx'
import { Code } from './code.tsx'
import { Mark } from './mark.tsx'
import { Tests } from './tests.tsx'

type Row = CommandView & Partial<CheckView>

/** What was run and how it ended; each row opens to its output. */
export function Commands({ label, rows }: { label: string; rows: readonly Row[] }) {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-xl border border-line">
      {rows.map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: commands of one run never move
        <li key={at}>
          <Command row={row} label={labelOf(row, rows)} />
        </li>
      ))}
    </ul>
  )
}

/** Several rows of one name are told apart by their command. */
function labelOf({ name, command }: Row, rows: readonly Row[]): string {
  return rows.filter(each => each.name === name).length > 1 && command !== '' ? `${name}: ${command}` : name
}

function Command({ row, label }: { row: Row; label: string }) {
  return (
    <details>
      <summary className="flex items-center gap-2.5 rounded-xl px-3 py-2 hover:bg-sunk">
        <Mark kind={row.passed ? 'good' : 'bad'} says={row.passed ? 'passed' : 'failed'} />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
            {row.name}
            {row.hidden && <Badge>hidden test</Badge>}
            {row.again?.passed && <Badge tone="waits">flaky</Badge>}
            {row.tests && <span className="font-normal text-soft">{testWords(row.tests)}</span>}
          </span>
          {row.command !== '' &&
            (label === row.name ? <Ended text={row.command} /> : <Told text={row.command} />)}
        </span>
        <span className="numbers shrink-0 text-right text-xs whitespace-pre-line text-soft">
          {row.again ? `${showDuration(row.ms)} + ${showDuration(row.again.ms)}` : showDuration(row.ms)}
          <br />
          {exitWords(row)}
        </span>
        <span className="arrow mx-1 shrink-0 text-soft" aria-hidden="true" />
      </summary>
      <div className="space-y-2 px-3 pb-3">
        {row.again && <p className="text-sm text-soft">{againWords(row.again)}</p>}
        {row.tests && <Tests label={`Tests of ${label}`} tests={row.tests} />}
        {row.command !== '' && <Code label={`Command of ${label}`} text={row.command} />}
        <Code label={`Output of ${label}`} text={row.output || '(no output)'} className="max-h-72" />
      </div>
    </details>
  )
}

/** A command that passed with another code than 0 is one that the README says fails. */
function exitWords({ exitCode, passed }: Row): string {
  if (exitCode === null) return passed ? 'served' : 'no exit code'
  return passed && exitCode !== 0 ? `exit ${exitCode},\nas expected` : `exit ${exitCode}`
}

/** What tells a row from others of its name: as much of it as two lines hold. */
function Told({ text }: { text: string }) {
  return (
    <code className="line-clamp-2 font-mono text-xs wrap-anywhere" title={text}>
      {text}
    </code>
  )
}

/** So much of a command's end stays in sight: tests differ there, not in how they begin. */
const END_CHARACTERS = 22

/** One line of code that is cut in its middle where there is no room for all of it. */
function Ended({ text }: { text: string }) {
  return (
    <code className="flex font-mono text-xs text-soft" title={text}>
      <span className="truncate whitespace-pre">{text.slice(0, -END_CHARACTERS)}</span>
      <span className="shrink-0 whitespace-pre">{text.slice(-END_CHARACTERS)}</span>
    </code>
  )
}
