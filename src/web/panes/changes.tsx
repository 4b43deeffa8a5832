import type { AttemptView } from '../api.ts'
import { Code } from '../parts/code.tsx'
import { Fold } from '../parts/fold.tsx'

/** The files that an attempt changed, as they were after it, and by which rule each edit found its place. */
export function Changes({ attempt: { changes, applied } }: { attempt: AttemptView }) {
  if (changes.length === 0) return null
  return (
    <div>
      <h4 className="mb-1 text-sm font-semibold">Changed files</h4>
      {changes.map(({ path, content }) => (
        <Fold key={path} title={<span className="font-mono text-xs">{path}</span>}>
          <p className="mb-1 text-xs text-soft">{placed(applied, path)}</p>
          {content === null ? (
            <p className="text-sm text-soft">Deleted.</p>
          ) : (
            <Code label={path} text={content} numbered className="max-h-96" />
          )}
        </Fold>
      ))}
    </div>
  )
}

function placed(applied: AttemptView['applied'], path: string): string {
  return applied
    .filter(edit => edit.path === path)
    .map(edit => `edit ${edit.block}: ${edit.rule}, line ${edit.line}`)
    .join(' · ')
}
