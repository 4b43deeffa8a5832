import clsx from 'clsx'
import { Link, useSearchParams } from 'wouter'
import type { FilesView, ProjectView } from '../api.ts'
import { Answered } from '../parts/answered.tsx'
import { Code } from '../parts/code.tsx'
import { Empty } from '../parts/notice.tsx'
import { useFile, useFiles } from '../queries.ts'
import { showCount } from '../show.ts'
import { treeOf } from '../tree.ts'
import { isEnded } from '../words.ts'
import { FolderView } from './folder.tsx'

/** The project's files, as they were delivered or else as they were saved last: a tree, and the file that was chosen. */
export function FilesPane({ project }: { project: ProjectView }) {
  const { id } = project
  const [search] = useSearchParams()
  const path = search.get('path')
  const files = useFiles(id)
  return (
    <Answered query={files} what="files">
      {({ files: list, commit, delivery }) =>
        list.length === 0 ? (
          <NoFiles ended={isEnded(project.state)} />
        ) : (
          <>
            <Origin commit={commit} delivery={delivery} count={list.length} />
            <div className="grid min-h-0 gap-4 md:grid-cols-[14rem_minmax(0,1fr)]">
              <nav aria-label="Files of the project" className={clsx('text-sm', path && 'hidden md:block')}>
                <FolderView folder={treeOf(list)} base={`/p/${id}/files`} chosen={path} />
              </nav>
              {path ? (
                <Viewer id={id} path={path} />
              ) : (
                <p className="hidden self-center text-center text-sm text-soft md:block">
                  Choose a file to read it here.
                </p>
              )}
            </div>
          </>
        )
      }
    </Answered>
  )
}

type OriginProps = Pick<FilesView, 'commit' | 'delivery'> & { count: number }

/** Which state of the project these files are. */
function Origin({ commit, delivery, count }: OriginProps) {
  return (
    <p className="mb-3 text-xs text-soft">
      {showCount(count, 'file')}{' '}
      {delivery === null
        ? 'as saved last; nothing is delivered yet'
        : `as in the ZIP of delivery ${delivery}`}
      {commit && <>, commit {commit.slice(0, 7)}</>}
    </p>
  )
}

function NoFiles({ ended }: { ended: boolean }) {
  return ended ? (
    <Empty title="There are no files">This project ended before anything was saved.</Empty>
  ) : (
    <Empty title="No files yet">The first files appear here when the first task is saved.</Empty>
  )
}

function Viewer({ id, path }: { id: string; path: string }) {
  const query = useFile(id, path)
  return (
    <section aria-label="File" className="min-w-0">
      <p className="mb-2 flex items-center gap-3">
        <Link
          href={`/p/${id}/files`}
          className="text-sm text-accent underline-offset-2 hover:underline md:hidden"
        >
          All files
        </Link>
        <span className="font-mono text-xs font-semibold">{path}</span>
      </p>
      <Answered query={query} what={path}>
        {file => (
          <>
            <Code
              label={`Text of ${path}`}
              text={file.text}
              numbered
              className="border border-line md:max-h-[calc(100dvh-15rem)]"
            />
            {file.cut && (
              <p className="mt-2 text-sm text-soft">
                This file is long: only its beginning is shown. The ZIP has all of it.
              </p>
            )}
          </>
        )}
      </Answered>
    </section>
  )
}
