/** What the service account must be allowed in the namespace of the jobs, and nothing beyond. */
export type Right = { group: string; resource: string; verbs: readonly string[]; why: string }

export const neededRights: readonly Right[] = [
  {
    group: 'batch',
    resource: 'jobs',
    verbs: ['create', 'delete', 'list'],
    why: 'one job is made for each run, and removed after it; those of a supervisor that is gone are found and removed',
  },
  {
    group: '',
    resource: 'pods',
    verbs: ['list', 'delete'],
    why: 'how a run goes is read from its pod; a cancelled one is ended without waiting for its job',
  },
  {
    group: '',
    resource: 'events',
    verbs: ['list'],
    why: 'why a job gets no pod (a quota, a missing RuntimeClass) is said only there',
  },
  {
    group: 'networking.k8s.io',
    resource: 'networkpolicies',
    verbs: ['create', 'update'],
    why: 'the policies that close the network of all runs are put there before the first one',
  },
]
