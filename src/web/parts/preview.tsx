import type { PreviewView } from '../api.ts'
import { usePreview, useStartPreview, useStopPreview } from '../preview.ts'
import { Button, buttonClass } from './button.tsx'
import { Refused } from './notice.tsx'

/** The delivered app, running for a while behind a link of its own; nothing where it is no server. */
export function Preview({ id }: { id: string }) {
  const { data } = usePreview(id)
  const [start, stop] = [useStartPreview(id), useStopPreview(id)]
  if (!data || (data.preview === null && data.says !== null && !start.error))
    return <Unavailable says={data?.says} />
  const busy = start.isPending || stop.isPending
  return (
    <section aria-label="Preview" className="space-y-2.5 rounded-xl bg-sunk p-3">
      {data.preview ? (
        <Running
          preview={data.preview}
          busy={busy}
          onMore={() => start.mutate()}
          onStop={() => stop.mutate()}
        />
      ) : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button disabled={busy} onClick={() => start.mutate()}>
            {start.isPending ? 'Starting …' : 'Start preview'}
          </Button>
          <p className="min-w-0 flex-1 basis-48 text-sm text-soft">
            Runs the app in its sandbox for 15 minutes, at no charge. Any secrets in it are stand-ins.
          </p>
        </div>
      )}
      <Refused error={start.error ?? stop.error} />
    </section>
  )
}

/** Why there is none is worth a line only where something could be done about it. */
function Unavailable({ says }: { says: string | null | undefined }) {
  return says ? <p className="text-sm text-soft">{says}</p> : null
}

type RunningProps = {
  preview: NonNullable<PreviewView['preview']>
  busy: boolean
  onMore: () => void
  onStop: () => void
}

function Running({ preview: { url, leftMs, extendable }, busy, onMore, onStop }: RunningProps) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <a href={url} target="_blank" rel="noopener noreferrer" className={buttonClass('primary')}>
          Open preview
        </a>
        {extendable && (
          <Button disabled={busy} onClick={onMore}>
            More time
          </Button>
        )}
        <Button look="bare" disabled={busy} onClick={onStop}>
          Stop
        </Button>
        <p role="status" className="numbers text-sm text-soft">
          {showLeft(leftMs)}
        </p>
      </div>
      <p className="text-xs text-soft">
        Whoever has the link sees the app while it runs:{' '}
        <span className="font-mono break-all text-ink">{url}</span>
      </p>
    </>
  )
}

const MINUTE_MS = 60_000

function showLeft(leftMs: number): string {
  const minutes = Math.ceil(leftMs / MINUTE_MS)
  return minutes <= 1 ? 'less than a minute left' : `${minutes} min left`
}
