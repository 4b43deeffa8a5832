import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type PreviewView } from './api.ts'

/** The preview of a project, as hooks. */

/** How the time that is left, and an end, are heard of; nothing tells the page. */
const LOOK_MS = 5_000

export function usePreview(id: string) {
  return useQuery({
    queryKey: ['project', id, 'preview'],
    queryFn: () => api.preview(id),
    refetchInterval: ({ state }) => (state.data?.preview ? LOOK_MS : false),
  })
}

export function useStartPreview(id: string) {
  return useKept(id, () => api.startPreview(id))
}

export function useStopPreview(id: string) {
  return useKept(id, () => api.stopPreview(id))
}

function useKept(id: string, mutationFn: () => Promise<PreviewView>) {
  const client = useQueryClient()
  const queryKey = ['project', id, 'preview']
  return useMutation({
    mutationFn,
    onSuccess: preview => client.setQueryData(queryKey, preview),
    onError: () => client.invalidateQueries({ queryKey }),
  })
}
