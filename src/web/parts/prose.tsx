import { spansOf } from '../spans.ts'

/** Words of people and models, with what stands between backticks as code. Nothing else of them is read as markup. */
export function Prose({ text }: { text: string }) {
  return spansOf(text).map((span, at) =>
    span.code ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the spans of one text never move
      <code key={at} className="rounded bg-sunk px-1 py-px font-mono text-[0.875em] wrap-anywhere">
        {span.text}
      </code>
    ) : (
      span.text
    ),
  )
}
