import { type KeyboardEvent, type SubmitEvent, useId, useState } from 'react'
import { Button } from './button.tsx'

type Props = {
  label: string
  hint: string
  submit: string
  busy: boolean
  /** Resolves to whether it was taken; then the box is empty again. */
  onSend: (text: string) => Promise<boolean>
  inputId?: string
}

/** A line to write in that grows with its text. Enter sends, Shift+Enter makes a new line. */
export function TextForm({ label, hint, submit, busy, onSend, inputId }: Props) {
  const [text, setText] = useState('')
  const ownId = useId()
  const id = inputId ?? ownId

  async function send() {
    const words = text.trim()
    if (words !== '' && !busy && (await onSend(words))) setText('')
  }

  function onKeyDown(event: KeyboardEvent) {
    if (!isSendKey(event)) return
    event.preventDefault()
    void send()
  }

  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        void send()
      }}
    >
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <textarea
        id={id}
        rows={1}
        value={text}
        placeholder={hint}
        onChange={event => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content max-h-40 min-h-10 min-w-0 flex-1 resize-none rounded-xl border border-line bg-sheet px-3 py-2 text-base placeholder:text-soft sm:text-sm"
      />
      <Button type="submit" look="primary" disabled={busy || text.trim() === ''}>
        {submit}
      </Button>
    </form>
  )
}

/** Enter, but not the one that ends a composed word (Japanese, Chinese, …). */
function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing
}
