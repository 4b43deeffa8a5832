import type { V1Job, V1PodSpec } from '@kubernetes/client-node'

/** A field that a job must have, and whether it has it as it must. */
type Demand = [field: string, holds: (job: V1Job, pod: V1PodSpec) => boolean]

const LABEL = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** What a cluster with the policy `restricted`, and a careful operator, ask of every job. */
const DEMANDS: readonly Demand[] = [
  ['metadata.name', ({ metadata }) => NAME.test(metadata?.name ?? '')],
  [
    'metadata.labels',
    ({ metadata }) => Object.values(metadata?.labels ?? {}).every(value => LABEL.test(value)),
  ],
  ['spec.backoffLimit', ({ spec }) => spec?.backoffLimit === 0],
  ['spec.activeDeadlineSeconds', ({ spec }) => isPositive(spec?.activeDeadlineSeconds)],
  ['spec.ttlSecondsAfterFinished', ({ spec }) => isPositive(spec?.ttlSecondsAfterFinished)],
  [
    'spec.template.metadata.labels',
    ({ spec }) => spec?.template.metadata?.labels?.['botwright/part'] === 'sandbox',
  ],
  ['restartPolicy', (_, pod) => pod.restartPolicy === 'Never'],
  ['terminationGracePeriodSeconds', (_, pod) => pod.terminationGracePeriodSeconds === 0],
  ['automountServiceAccountToken', (_, pod) => pod.automountServiceAccountToken === false],
  ['enableServiceLinks', (_, pod) => pod.enableServiceLinks === false],
  ['serviceAccountName', (_, pod) => pod.serviceAccountName === undefined],
  ['hostNetwork', (_, pod) => !pod.hostNetwork],
  ['hostPID', (_, pod) => !pod.hostPID],
  ['hostIPC', (_, pod) => !pod.hostIPC],
  ['shareProcessNamespace', (_, pod) => !pod.shareProcessNamespace],
  ['dnsPolicy', (_, pod) => pod.dnsPolicy === 'None' && (pod.dnsConfig?.nameservers?.length ?? 0) > 0],
  ['volumes', (_, pod) => (pod.volumes ?? []).every(volume => volume.hostPath === undefined)],
  [
    'volumes.emptyDir.sizeLimit',
    (_, pod) =>
      (pod.volumes ?? []).every(({ emptyDir }) => emptyDir === undefined || Number(emptyDir.sizeLimit) > 0),
  ],
  ['securityContext.runAsNonRoot', (_, pod) => pod.securityContext?.runAsNonRoot === true],
  ['securityContext.runAsUser', (_, pod) => isPositive(pod.securityContext?.runAsUser)],
  ['securityContext.runAsGroup', (_, pod) => isPositive(pod.securityContext?.runAsGroup)],
  [
    'securityContext.seccompProfile',
    (_, pod) => pod.securityContext?.seccompProfile?.type === 'RuntimeDefault',
  ],
  ['containers', (_, pod) => pod.containers.length === 1 && pod.initContainers === undefined],
  ...onContainer('image', ({ image }) => Boolean(image)),
  ...onContainer('imagePullPolicy', ({ imagePullPolicy }) => imagePullPolicy === 'IfNotPresent'),
  ...onContainer('ports', ({ ports }) => ports === undefined),
  ...onContainer('envFrom', ({ envFrom }) => envFrom === undefined),
  ...onContainer(
    'allowPrivilegeEscalation',
    each => each.securityContext?.allowPrivilegeEscalation === false,
  ),
  ...onContainer('privileged', each => !each.securityContext?.privileged),
  ...onContainer('readOnlyRootFilesystem', each => each.securityContext?.readOnlyRootFilesystem === true),
  ...onContainer('capabilities', ({ securityContext }) => {
    const { drop, add } = securityContext?.capabilities ?? {}
    return drop?.join() === 'ALL' && add === undefined
  }),
  ...['cpu', 'memory', 'ephemeral-storage'].flatMap(name =>
    onContainer(`resources.${name}`, ({ resources }) => {
      const limit = resources?.limits?.[name]
      return Number(limit) > 0 && resources?.requests?.[name] === limit
    }),
  ),
  ...onContainer('volumeMounts.subPath', ({ volumeMounts }) =>
    (volumeMounts ?? []).every(({ name, subPath = '' }) => (name === 'claim') === isBelow(subPath)),
  ),
]

/** The first field that is not as it must be; null for a job that is admitted. */
export function objection(job: V1Job): string | null {
  const pod = job.spec?.template.spec
  if (pod === undefined || pod === null) return 'spec.template.spec'
  return DEMANDS.find(([, holds]) => !holds(job, pod))?.[0] ?? null
}

/** Names of all that is asked for. */
export const demanded: readonly string[] = DEMANDS.map(([field]) => field)

function onContainer(
  field: string,
  holds: (container: V1PodSpec['containers'][number]) => boolean,
): Demand[] {
  return [[`containers.${field}`, (_, pod) => pod.containers.every(holds)]]
}

function isPositive(value: number | undefined): boolean {
  return value !== undefined && Number.isInteger(value) && value > 0
}

function isBelow(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..')
}

/** Fields that were sent and are in no type of the cluster: a strict server refuses them. */
export function unknownFields(sent: unknown, understood: unknown, path = ''): string[] {
  if (Array.isArray(sent))
    return sent.flatMap((each, index) => unknownFields(each, at(understood, index), `${path}[${index}]`))
  if (typeof sent !== 'object' || sent === null) return understood === undefined ? [path] : []
  if (typeof understood !== 'object' || understood === null) return [path]
  return Object.entries(sent).flatMap(([key, value]) =>
    unknownFields(value, at(understood, key) ?? at(understood, `_${key}`), `${path}.${key}`),
  )
}

function at(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([name]) => name === `${key}`)?.[1]
}
