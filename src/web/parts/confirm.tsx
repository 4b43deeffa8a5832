import { useId, useRef } from 'react'
import { Button, type Look } from './button.tsx'

type Props = {
  label: string
  /** What the screen reader says where the label alone is not enough. */
  name?: string
  look?: Look
  small?: boolean
  disabled?: boolean
  question: string
  detail: string
  yes: string
  no?: string
  onYes: () => unknown
}

/** A button for what cannot be taken back: it asks first, and Escape or a click beside it means no. */
export function ConfirmButton({
  label,
  name,
  look = 'danger',
  small,
  disabled,
  question,
  detail,
  yes,
  no = 'Keep going',
  onYes,
}: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  const close = () => dialog.current?.close()
  return (
    <>
      <Button
        look={look}
        small={small}
        disabled={disabled}
        aria-label={name}
        onClick={() => dialog.current?.showModal()}
      >
        {label}
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby={titleId}
        closedby="any"
        className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-2xl border border-line bg-sheet p-5 text-ink shadow-xl"
      >
        <h2 id={titleId} className="text-lg font-semibold">
          {question}
        </h2>
        <p className="mt-1 mb-5 text-sm text-soft">{detail}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>{no}</Button>
          <Button
            look="danger"
            onClick={() => {
              close()
              onYes()
            }}
          >
            {yes}
          </Button>
        </div>
      </dialog>
    </>
  )
}
