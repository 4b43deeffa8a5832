import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type NewSecret, type SecretsView } from './api.ts'

/** The secrets of a project, as hooks: their names; a value is forgotten as soon as it is sent. */

export function useSecrets(id: string) {
  return useQuery({ queryKey: ['project', id, 'secrets'], queryFn: () => api.secrets(id) })
}

export function useSetSecret(id: string) {
  return useChanged<NewSecret>(id, secret => api.setSecret(id, secret))
}

export function useRemoveSecret(id: string) {
  return useChanged<string>(id, name => api.removeSecret(id, name))
}

function useChanged<Said>(id: string, mutationFn: (said: Said) => Promise<SecretsView>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn,
    // The cache of mutations would keep what was said, and with it the value.
    gcTime: 0,
    onSuccess: secrets => client.setQueryData(['project', id, 'secrets'], secrets),
  })
}
