import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Failed, Loading } from './notice.tsx'

type Props<Data> = { query: UseQueryResult<Data>; what: string; children: (data: Data) => ReactNode }

/** The answer to a question once it is there; what was seen last stays while a newer answer is on its way or fails. */
export function Answered<Data>({ query, what, children }: Props<Data>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <Failed error={query.error} onRetry={query.refetch} />
  return <Loading what={what} />
}
