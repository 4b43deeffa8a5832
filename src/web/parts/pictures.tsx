import { useRef } from 'react'
import { type DeliveryView, type PictureView, pictureUrl } from '../api.ts'
import { Button, buttonClass } from './button.tsx'

type Props = { projectId: string; delivery: DeliveryView }

/** What the pages of a delivery looked like when it was proven, each as a phone and as a desktop show it. */
export function Pictures({ projectId, delivery }: Props) {
  const { number, pictures } = delivery
  const paths = [...new Set(pictures.map(picture => picture.path))]
  if (paths.length === 0) return null
  return (
    <ul aria-label={`Pictures of delivery ${number}`} className="space-y-3">
      {paths.map(path => (
        <li key={path}>
          {paths.length > 1 && <p className="mb-1 font-mono text-xs break-all text-soft">{path}</p>}
          <div className="flex items-start gap-2">
            {pictures
              .filter(picture => picture.path === path)
              .map(picture => (
                <Picture
                  key={picture.name}
                  picture={picture}
                  url={pictureUrl(projectId, number, picture.name)}
                />
              ))}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Pictures in one row are of one height, so each takes its share of the width; a press shows it in full. */
function Picture({ picture, url }: { picture: PictureView; url: string }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const { width, height } = picture
  const alt = altOf(picture)
  return (
    <div className="min-w-0" style={{ flex: `${width / height} 1 0` }}>
      <button
        type="button"
        aria-label={`${alt}. Show in full`}
        onClick={() => dialog.current?.showModal()}
        className="block w-full overflow-hidden rounded-lg bg-white ring-1 ring-line transition hover:ring-edge"
      >
        <img
          src={url}
          alt={alt}
          width={width}
          height={height}
          loading="lazy"
          className="block h-auto w-full"
        />
      </button>
      <dialog
        ref={dialog}
        aria-label={alt}
        closedby="any"
        className="m-auto max-h-[calc(100dvh-1rem)] max-w-[calc(100vw-1rem)] overflow-auto rounded-2xl border border-line bg-sheet p-3 text-ink shadow-xl"
      >
        <div className="sticky top-0 left-0 mb-3 flex items-center justify-between gap-3 text-sm">
          <span className="min-w-0 truncate">{alt}</span>
          <span className="flex shrink-0 gap-2">
            <a href={url} target="_blank" rel="noreferrer" className={buttonClass('bare', true)}>
              Full size
            </a>
            <Button small onClick={() => dialog.current?.close()}>
              Close
            </Button>
          </span>
        </div>
        <img
          src={url}
          alt={alt}
          width={width}
          height={height}
          loading="lazy"
          className="mx-auto block h-auto max-h-[calc(100dvh-6rem)] w-auto max-w-full rounded-lg bg-white"
        />
      </dialog>
    </div>
  )
}

const ON = { phone: 'on a phone', desktop: 'on a desktop' } as const

function altOf({ path, size, title }: PictureView): string {
  return `${title === '' ? `The page ${path}` : title} ${ON[size]}`
}
