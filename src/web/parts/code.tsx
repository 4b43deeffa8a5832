import clsx from 'clsx'

type Props = { text: string; label: string; numbered?: boolean; className?: string }

/** Text of a program, as text. Line numbers are a column beside it, so that copying takes the code only. */
export function Code({ text, label, numbered = false, className }: Props) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
      tabIndex={0}
      aria-label={label}
      className={clsx('flex overflow-auto rounded-lg bg-sunk font-mono text-xs leading-5', className)}
    >
      {numbered && (
        <pre
          aria-hidden="true"
          className="sticky left-0 shrink-0 border-r border-line bg-sunk px-2.5 py-2 text-right text-soft select-none"
        >
          {lineNumbers(text)}
        </pre>
      )}
      <pre className={clsx('min-w-0 flex-1 px-3 py-2', numbered ? 'w-max' : 'whitespace-pre-wrap')}>
        {text}
      </pre>
    </section>
  )
}

function lineNumbers(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n').length
  return Array.from({ length: lines }, (_, at) => at + 1).join('\n')
}
