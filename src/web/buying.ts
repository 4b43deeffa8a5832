import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, isMissing, type OrderView } from './api.ts'

/** Buying credits, and what changed them, as hooks. */

export function usePackages() {
  return useQuery({ queryKey: ['packages'], queryFn: api.packages })
}

export function useTransactions() {
  return useInfiniteQuery({
    queryKey: ['credits'],
    queryFn: ({ pageParam }) => api.credits(pageParam),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: page => page.next,
  })
}

const FIRST_PAGE: string | null = null

/** Orders a package and leads to the page where it is paid. Who comes back by the Back button may order again. */
export function useBuying() {
  const buying = useMutation({
    mutationFn: api.order,
    onSuccess: ({ url }) => {
      if (url !== null) window.location.assign(url)
    },
  })
  const { reset } = buying
  useEffect(() => {
    const onShown = (event: PageTransitionEvent) => event.persisted && reset()
    window.addEventListener('pageshow', onShown)
    return () => window.removeEventListener('pageshow', onShown)
  }, [reset])
  return buying
}

/** What comes back from the page for paying is paid within seconds as a rule; two minutes later nobody waits any more. */
const LOOK_MS = 3_000
const LOOKS_MAX = 40

/** An order as it is now, and whether it is looked at again: only `patient` people wait, and not without end. */
export function useOrder(id: string, patient: boolean) {
  const client = useQueryClient()
  const key = ['order', id]
  const query = useQuery({
    queryKey: key,
    queryFn: () => api.lookAt(id),
    refetchInterval: ({ state }) => (patient && goesOn(state) ? LOOK_MS : false),
  })
  const paid = query.data?.status === 'paid'
  useEffect(() => {
    if (!paid) return
    for (const queryKey of [['session'], ['credits'], ['projects']])
      void client.invalidateQueries({ queryKey })
  }, [paid, client])
  const state = client.getQueryState<OrderView>(key)
  return { ...query, waits: patient && state !== undefined && goesOn(state) }
}

/** What is known of the looking so far. */
type Looked = {
  data: OrderView | undefined
  error: Error | null
  dataUpdateCount: number
  errorUpdateCount: number
}

/** Whether an order is looked at once more. */
export function goesOn({ data, error, dataUpdateCount, errorUpdateCount }: Looked): boolean {
  const awaited = data === undefined || data.status === 'open' || data.status === 'pending'
  return awaited && !isMissing(error) && dataUpdateCount + errorUpdateCount < LOOKS_MAX
}
