/** Three dots at the end of the conversation while work goes on; the words for it stand in the header. */
export function Working() {
  return (
    <div
      aria-hidden="true"
      className="flex w-fit gap-1 rounded-2xl rounded-bl-md border border-line bg-sheet px-3.5 py-3 text-soft"
    >
      {DELAYS_MS.map(delayMs => (
        <span key={delayMs} className="pulse-dot size-1.5!" style={{ animationDelay: `${delayMs}ms` }} />
      ))}
    </div>
  )
}

const DELAYS_MS = [0, 250, 500]
