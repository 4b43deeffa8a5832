import clsx from 'clsx'
import { Link } from 'wouter'
import { showBytes } from '../show.ts'
import type { Folder } from '../tree.ts'

type Props = { folder: Folder; base: string; chosen: string | null }

/** One folder of the tree with everything in it. */
export function FolderView({ folder, base, chosen }: Props) {
  return (
    <ul className="space-y-px">
      {folder.folders.map(child => (
        <li key={child.path}>
          <details open>
            <summary className="flex items-center gap-2 rounded-lg px-2 py-1 hover:bg-sunk">
              <span className="arrow shrink-0 text-soft" aria-hidden="true" />
              {child.name}
            </summary>
            <div className="ml-3 border-l border-line pl-1.5">
              <FolderView folder={child} base={base} chosen={chosen} />
            </div>
          </details>
        </li>
      ))}
      {folder.files.map(({ path, name, bytes }) => (
        <li key={path}>
          <Link
            href={`${base}?${new URLSearchParams({ path })}`}
            aria-label={path}
            aria-current={path === chosen ? 'page' : undefined}
            className={clsx(
              'flex min-h-8 items-center gap-2 rounded-lg px-2 py-1',
              path === chosen ? 'bg-accent-soft font-medium text-accent' : 'hover:bg-sunk',
            )}
          >
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <span className="numbers shrink-0 text-xs text-soft">{showBytes(bytes)}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
