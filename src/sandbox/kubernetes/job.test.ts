import type { V1Job } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { expanded } from '../../../tests/fakes/kubernetes/kubelet.ts'
import { isOpen } from '../../../tests/fakes/kubernetes/policy.ts'
import { demanded, objection, unknownFields } from '../../../tests/fakes/kubernetes/strict.ts'
import type { ClusterSettings } from '../../config/sandbox.ts'
import { limitsFor } from '../limits.ts'
import { hintFor } from './diagnosis.ts'
import { progressOf } from './ending.ts'
import { type JobSpec, jobFor } from './job.ts'
import { policiesFor } from './policies.ts'
import { neededRights } from './rights.ts'

const SETTINGS: ClusterSettings = {
  namespace: 'runs',
  image: 'registry.example/sandbox:1',
  runtimeClass: 'gvisor',
  claim: 'botwright',
  claimRoot: '/claim',
  cores: 2,
  mirror: { host: '10.0.0.9', port: 80, podLabels: { app: 'mirror' }, podPort: 4873 },
  supervisorLabels: { app: 'botwright' },
}
const FACTS = {
  settings: SETTINGS,
  supervisor: { id: 'a-uid', pod: { name: 'botwright-0', uid: 'a-uid' }, uid: 1000, gid: 1000 },
  mark: 'botwright-1-2-abc',
  streams: '/claim/s/streams',
  programs: '/claim/s/programs',
}
const SPEC: JobSpec = { workspace: '/claim/s/w', phase: 'test', command: ['npm', 'test'] }

function made(spec: Partial<JobSpec> = {}, settings: Partial<ClusterSettings> = {}): V1Job {
  return jobFor({ ...SPEC, ...spec }, limitsFor('test'), { ...FACTS, settings: { ...SETTINGS, ...settings } })
}

test('a job has every field that a careful cluster asks for', () => {
  expect(objection(made())).toBe(null)
  expect(made().spec?.template.spec?.runtimeClassName).toBe('gvisor')
  expect(made({}, { runtimeClass: null }).spec?.template.spec).not.toHaveProperty('runtimeClassName')
})

/** Each protective field is taken away in turn: the fake must miss it, or it would not be strict. */
test.each([
  ['spec.backoffLimit', (job: V1Job) => delete job.spec?.backoffLimit],
  ['spec.activeDeadlineSeconds', (job: V1Job) => delete job.spec?.activeDeadlineSeconds],
  ['spec.ttlSecondsAfterFinished', (job: V1Job) => delete job.spec?.ttlSecondsAfterFinished],
  [
    'automountServiceAccountToken',
    (job: V1Job) => delete job.spec?.template.spec?.automountServiceAccountToken,
  ],
  ['enableServiceLinks', (job: V1Job) => delete job.spec?.template.spec?.enableServiceLinks],
  ['dnsPolicy', (job: V1Job) => delete job.spec?.template.spec?.dnsPolicy],
  [
    'securityContext.runAsNonRoot',
    (job: V1Job) => delete job.spec?.template.spec?.securityContext?.runAsNonRoot,
  ],
  [
    'securityContext.seccompProfile',
    (job: V1Job) => delete job.spec?.template.spec?.securityContext?.seccompProfile,
  ],
  ['containers.readOnlyRootFilesystem', (job: V1Job) => delete contextOf(job)?.readOnlyRootFilesystem],
  ['containers.allowPrivilegeEscalation', (job: V1Job) => delete contextOf(job)?.allowPrivilegeEscalation],
  ['containers.capabilities', (job: V1Job) => delete contextOf(job)?.capabilities],
  ['containers.resources.memory', (job: V1Job) => delete containerOf(job)?.resources?.limits?.memory],
] as const)('a job without %s is refused', (field, take) => {
  const job = made()
  take(job)
  expect(objection(job)).toBe(field)
  expect(demanded).toContain(field)
})

function containerOf(job: V1Job) {
  return job.spec?.template.spec?.containers[0]
}

function contextOf(job: V1Job) {
  return containerOf(job)?.securityContext
}

test('a field that no cluster knows is found', () => {
  expect(unknownFields({ a: 1, b: [{ c: 2, d: 3 }] }, { a: 1, b: [{ c: 2 }] })).toEqual(['.b[0].d'])
  expect(unknownFields({ from: [1] }, { _from: [1] })).toEqual([])
})

test('what is asked to run arrives as it was said, whatever dollars it has', () => {
  const said = 'kill $$; echo $(id) $(HOME) "$HOME" $$(HOME) $'
  const command = containerOf(made({ command: ['sh', '-c', said] }))?.command ?? []
  expect(expanded(command.at(-1) ?? '', { HOME: '/root' })).toBe(said)
  const env = containerOf(made({ env: { GIVEN: said } }))?.env?.find(({ name }) => name === 'GIVEN')
  expect(expanded(env?.value ?? '', { HOME: '/root' })).toBe(said)
})

test('a run has no network, a fetch has the mirror, and what serves can be reached', () => {
  const labels = (spec: Partial<JobSpec>) => made(spec).spec?.template.metadata?.labels ?? {}
  const policies = policiesFor(SETTINGS)
  const doors = [{ socket: '/x', port: 4873 }]
  expect(isOpen(labels({}), policies)).toBe(false)
  expect(isOpen(labels({ phase: 'fetch', doors }), policies)).toBe(true)
  expect(isOpen(labels({ phase: 'serve', port: 3000 }), policies)).toBe(true)
  expect(isOpen(labels({}), [])).toBe(true)
  expect(policies.find(({ metadata }) => metadata?.name?.endsWith('mirror'))?.spec?.egress).toEqual([
    { to: [{ podSelector: { matchLabels: { app: 'mirror' } } }], ports: [{ protocol: 'TCP', port: 4873 }] },
  ])
})

test.each([
  [{ reason: 'DeadlineExceeded' }, { kind: 'ended', killedBy: 'wall' }],
  [
    { reason: 'Evicted', message: 'Pod ephemeral local storage usage exceeds' },
    { kind: 'ended', killedBy: 'disk' },
  ],
  [{ reason: 'Evicted', message: 'The node was low on resource: memory.' }, { kind: 'failed' }],
  [{ phase: 'Failed', reason: 'NodeLost' }, { kind: 'failed' }],
  [{ phase: 'Pending' }, { kind: 'waiting' }],
  [container({ terminated: { exitCode: 137, reason: 'OOMKilled' } }), { kind: 'ended', killedBy: 'memory' }],
  [
    container({ terminated: { exitCode: 7, reason: 'Error' } }),
    { kind: 'ended', exitCode: 7, killedBy: null },
  ],
  [container({ terminated: { exitCode: 128, reason: 'StartError' } }), { kind: 'failed' }],
  [container({ waiting: { reason: 'ContainerCreating' } }), { kind: 'waiting' }],
  [container({ waiting: { reason: 'ErrImagePull' } }), { kind: 'failed' }],
  [container({ running: {} }), { kind: 'running', ip: '10.1.1.1' }],
])('a pod with %j is %j', (status, progress) => {
  expect(progressOf({ status })).toMatchObject(progress)
})

function container(state: object) {
  const status = { name: 'run', image: '', imageID: '', ready: false, restartCount: 0, state }
  return { podIP: '10.1.1.1', containerStatuses: [status] }
}

test.each([
  ['ImagePullBackOff: Back-off', 'image_missing'],
  ['CreateContainerConfigError: container has runAsNonRoot and image will run as root', 'image_unfit'],
  ['FailedCreate: pods "x" is forbidden: exceeded quota', 'cluster_full'],
  ['FailedCreate: pods "x" is forbidden: violates PodSecurity "restricted:latest"', 'cluster_unfit'],
  ['FailedCreate: pods "x" is forbidden: RuntimeClass "gvisor" not found', 'cluster_unfit'],
  ['Unschedulable: persistentvolumeclaim "botwright" not found', 'cluster_unfit'],
  ['Unschedulable: 0/3 nodes are available', 'cluster_full'],
  ['403 jobs.batch is forbidden: User cannot create', 'cluster_denied'],
  ['401 Unauthorized', 'cluster_denied'],
  ['fetch failed: connect ECONNREFUSED 10.0.0.1:443', 'cluster_unreachable'],
  ["ENOENT: no such file or directory, open '/x'", 'cluster_unreachable'],
  ['the network is open\n', 'cluster_open'],
  ['/tmp cannot be written', 'image_unfit'],
  ['something else', 'launch_failed'],
])('%s is explained as %s', (message, reason) => {
  expect(hintFor(message).reason).toBe(reason)
})

test('who lacks a right is told all that are needed', () => {
  const { says } = hintFor('403 jobs.batch is forbidden')
  for (const { resource, verbs } of neededRights) expect(says).toContain(`${resource} (${verbs.join(', ')})`)
})
