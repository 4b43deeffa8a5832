import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { api, type PersonEvent } from './api.ts'

/** Every question to the server as a hook. Keys of one project begin with `['project', id]`, so one word refreshes all. */

export function useSession() {
  return useQuery({ queryKey: ['session'], queryFn: api.session })
}

export function useProjects() {
  return useQuery({ queryKey: ['projects'], queryFn: api.projects, refetchInterval: LIST_REFETCH_MS })
}

/** The list has no live stream of its own; ten seconds is fresh enough for an overview. */
const LIST_REFETCH_MS = 10_000

export function useProject(id: string) {
  return useQuery({ queryKey: ['project', id], queryFn: () => api.project(id) })
}

export function useAttempts(id: string, task?: string) {
  return useQuery({
    queryKey: ['project', id, 'attempts', task ?? 'all'],
    queryFn: () => api.attempts(id, task),
  })
}

export function useCalls(id: string) {
  return useQuery({ queryKey: ['project', id, 'calls'], queryFn: () => api.calls(id) })
}

export function useFiles(id: string) {
  return useQuery({ queryKey: ['project', id, 'files'], queryFn: () => api.files(id) })
}

export function useFile(id: string, path: string) {
  return useQuery({ queryKey: ['project', id, 'file', path], queryFn: () => api.file(id, path) })
}

export function useCreate() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: api.create,
    onSuccess: project => {
      client.setQueryData(['project', project.id], project)
      return client.invalidateQueries({ queryKey: ['projects'] })
    },
  })
}

/** How cards talk to the project: `send` resolves to whether the server took it; `forget` drops the last refusal. */
export type Say = {
  send(event: PersonEvent): Promise<boolean>
  busy: boolean
  error: unknown
  forget(): void
}

export function useSay(id: string): Say {
  const client = useQueryClient()
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (event: PersonEvent) => api.say(id, event),
    onSuccess: project => client.setQueryData(['project', id], project),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['projects'] })
      return client.invalidateQueries({ queryKey: ['project', id] })
    },
  })
  const send = (event: PersonEvent) =>
    mutateAsync(event).then(
      () => true,
      () => false,
    )
  // What is under way keeps its outcome: only what was refused is forgotten.
  const forget = useCallback(() => {
    if (error) reset()
  }, [error, reset])
  return { send, busy: isPending, error, forget }
}
