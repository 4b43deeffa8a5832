import type { V1NetworkPolicy, V1NetworkPolicySpec } from '@kubernetes/client-node'
import type { ClusterSettings } from '../../config/sandbox.ts'
import { LABELS, type NetworkOf, PART, SERVED_PORT } from './labels.ts'

/** Policies add up: the first closes everything, each further one opens one way for the runs that carry its label. */
export function policiesFor(settings: ClusterSettings): V1NetworkPolicy[] {
  const { mirror, supervisorLabels } = settings
  const closed = policy(settings, 'none', { policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] })
  const served = policy(settings, 'served', {
    policyTypes: ['Ingress'],
    ingress: [
      {
        _from: [{ podSelector: { matchLabels: { ...supervisorLabels } } }],
        ports: [{ protocol: 'TCP', port: SERVED_PORT }],
      },
    ],
  })
  if (mirror === null) return [closed, served]
  const fetching = policy(settings, 'mirror', {
    policyTypes: ['Egress'],
    egress: [
      {
        to: [{ podSelector: { matchLabels: { ...mirror.podLabels } } }],
        ports: [{ protocol: 'TCP', port: mirror.podPort }],
      },
    ],
  })
  return [closed, served, fetching]
}

function policy(
  { namespace }: ClusterSettings,
  network: NetworkOf,
  spec: Omit<V1NetworkPolicySpec, 'podSelector'>,
): V1NetworkPolicy {
  const further: Record<string, string> = network === 'none' ? {} : { [LABELS.network]: network }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `botwright-sandbox-${network}`, namespace, labels: { [LABELS.part]: PART } },
    spec: { ...spec, podSelector: { matchLabels: { [LABELS.part]: PART, ...further } } },
  }
}
