import type { V1NetworkPolicy } from '@kubernetes/client-node'

/** Whether the policies leave a pod any way in or out: as in a cluster, a pod that none of them selects has every way. */
export function isOpen(
  labels: Readonly<Record<string, string>>,
  policies: readonly V1NetworkPolicy[],
): boolean {
  const selecting = policies.filter(({ spec }) => selects(spec?.podSelector?.matchLabels ?? {}, labels))
  return DIRECTIONS.some(({ type, rules }) => {
    const holding = selecting.filter(({ spec }) => spec?.policyTypes?.includes(type))
    return holding.length === 0 || holding.some(policy => rules(policy).length > 0)
  })
}

const DIRECTIONS: readonly { type: string; rules(policy: V1NetworkPolicy): readonly unknown[] }[] = [
  { type: 'Ingress', rules: ({ spec }) => spec?.ingress ?? [] },
  { type: 'Egress', rules: ({ spec }) => spec?.egress ?? [] },
]

export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value)
}
