/** Labels of everything that is made in the cluster; values of `network` are the ways in or out that a policy opens. */
export const LABELS = {
  part: 'botwright/part',
  mark: 'botwright/mark',
  supervisor: 'botwright/supervisor',
  network: 'botwright/network',
} as const

export const PART = 'sandbox'
export type NetworkOf = 'none' | 'mirror' | 'served'

/** On this port a job that serves offers its app, which may itself listen on the loopback only. */
export const SERVED_PORT = 41_731
