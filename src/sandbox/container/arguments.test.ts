import { expect, test } from 'vitest'
import type { RunSpec } from '../backend.ts'
import { limitsFor } from '../limits.ts'
import { type ContainerFacts, containerArguments, markOf, nameOf, SCRIPT } from './arguments.ts'
import type { EngineFacts } from './engine.ts'

const DOCKER: EngineFacts = {
  name: 'docker',
  version: '27.0.0',
  rootless: false,
  remappedFrom: null,
  holds: { memory: true, swap: true, processes: true },
  selinux: false,
  seccompPath: null,
}
const PODMAN: EngineFacts = { ...DOCKER, name: 'podman', version: '5.0.0', rootless: true }

const FACTS: ContainerFacts = {
  engine: DOCKER,
  image: 'an/image:1',
  identity: { uid: 1700, gid: 1700, namespace: null, isAlone: false },
  mark: 'botwright-1-2-abc',
  owner: 'afd1',
  seccomp: null,
  scratch: [],
  etc: '/state/etc',
  fixtures: [{ host: '/the/node', inside: '/opt/node/bin/node' }],
  searchPath: '/usr/bin',
}
const SPEC: RunSpec = { workspace: '/state/w', phase: 'test', command: ['npm', 'test'] }
const LIMITS = limitsFor('test', { memoryBytes: 1024 ** 3, wallMs: 60_000 })

function argumentsOf(spec: Partial<RunSpec> = {}, facts: Partial<ContainerFacts> = {}): string[] {
  return containerArguments({ ...SPEC, ...spec }, LIMITS, { ...FACTS, ...facts })
}

/** Whether an option stands there with this value, before the image. */
function has(args: readonly string[], option: string, value?: string): boolean {
  const options = args.slice(0, args.indexOf('an/image:1'))
  return options.some(
    (each, index) => each === option && (value === undefined || options[index + 1] === value),
  )
}

const ALWAYS: [option: string, value: string][] = [
  ['--network', 'none'],
  ['--ipc', 'private'],
  ['--cap-drop', 'ALL'],
  ['--security-opt', 'no-new-privileges'],
  ['--log-driver', 'none'],
  ['--pull', 'never'],
  ['--hostname', 'sandbox'],
  ['--user', '1700:1700'],
  ['--name', 'botwright_1_2_abc'],
  ['--label', 'botwright=afd1'],
  ['--workdir', '/workspace'],
  ['--entrypoint', '/bin/sh'],
  ['--ulimit', 'core=0:0'],
  ['--ulimit', 'nofile=1024:1024'],
  ['--ulimit', 'fsize=268435456:268435456'],
  ['--ulimit', 'cpu=301:302'],
  ['--mount', 'type=bind,source=/the/node,destination=/opt/node/bin/node,bind-propagation=rprivate,readonly'],
  [
    '--mount',
    'type=bind,source=/state/etc/passwd,destination=/etc/passwd,bind-propagation=rprivate,readonly',
  ],
  ['--env', 'HOME=/home/sandbox'],
]

test.each(ALWAYS)('%s %s stands in every command line', (option, value) => {
  for (const engine of [DOCKER, PODMAN]) expect(has(argumentsOf({}, { engine }), option, value)).toBe(true)
})

test('the image cannot be written', () => {
  for (const engine of [DOCKER, PODMAN]) expect(has(argumentsOf({}, { engine }), '--read-only')).toBe(true)
})

test('the command follows the image, the script and the mark, as it is', () => {
  const args = argumentsOf({ command: ['sh', '-c', 'a "b" $c'] })
  const tail = ['an/image:1', '-c', SCRIPT, 'botwright-1-2-abc', 'sh', '-c', 'a "b" $c']
  expect(args.slice(-tail.length)).toEqual(tail)
})

test('nothing that opens a container is ever said', () => {
  for (const engine of [DOCKER, PODMAN]) {
    const said = argumentsOf({ home: '/state/h', doors: [], stdin: 'x' }, { engine }).join(' ')
    expect(said).not.toMatch(
      /--privileged|--cap-add|--device|--publish|unconfined|=host|docker\.sock|--volume/,
    )
  }
})

test('the workspace is written unless the run is read-only', () => {
  const mount = 'type=bind,source=/state/w,destination=/workspace,bind-propagation=rprivate'
  expect(has(argumentsOf(), '--mount', mount)).toBe(true)
  expect(has(argumentsOf({ readOnly: true }), '--mount', `${mount},readonly`)).toBe(true)
})

test('a home of the machine takes the place of the empty one', () => {
  const tmpfs = 'rw,exec,nosuid,nodev,size=268435456,mode=1777'
  expect(has(argumentsOf(), '--tmpfs', `/home/sandbox:${tmpfs}`)).toBe(true)
  const args = argumentsOf({ home: '/state/h' })
  expect(args.join(' ')).toContain('source=/state/h,destination=/home/sandbox')
  expect(has(args, '--tmpfs', `/home/sandbox:${tmpfs}`)).toBe(false)
})

test('limits that the engine cannot keep are not asked for', () => {
  const none = { memory: false, swap: false, processes: false }
  const without = argumentsOf({}, { engine: { ...PODMAN, holds: none } })
  for (const option of ['--memory', '--memory-swap', '--pids-limit']) {
    expect(has(argumentsOf(), option)).toBe(true)
    expect(has(without, option)).toBe(false)
  }
  expect(
    has(argumentsOf({}, { engine: { ...DOCKER, holds: { ...none, memory: true } } }), '--memory-swap'),
  ).toBe(false)
  expect(has(argumentsOf(), '--memory-swap', '1073741824')).toBe(true)
})

test('processes are counted by user only where the user is nobody else', () => {
  const alone = { ...FACTS.identity, isAlone: true }
  expect(has(argumentsOf({}, { identity: alone }), '--ulimit', 'nproc=256:256')).toBe(true)
  expect(has(argumentsOf(), '--ulimit', 'nproc=256:256')).toBe(false)
})

test('Podman is told of its own ways, Docker is not', () => {
  const identity = { uid: 1000, gid: 1000, namespace: 'keep-id:uid=1000,gid=1000', isAlone: true }
  const podman = argumentsOf({}, { engine: PODMAN, identity, seccomp: '/state/seccomp.json' })
  expect(podman.slice(0, 3)).toEqual(['--log-level', 'error', 'run'])
  expect(has(podman, '--userns', 'keep-id:uid=1000,gid=1000')).toBe(true)
  expect(has(podman, '--timeout', '70')).toBe(true)
  expect(has(podman, '--image-volume', 'ignore')).toBe(true)
  expect(has(podman, '--unsetenv', 'TERM')).toBe(true)
  expect(has(podman, '--security-opt', 'seccomp=/state/seccomp.json')).toBe(true)
  expect(argumentsOf().join(' ')).not.toMatch(/--timeout|--image-volume|--unsetenv|notmpcopyup|--log-level/)
})

test('the door of a fetch is mounted read-only and offered by the relay', () => {
  const args = argumentsOf({ phase: 'fetch', doors: [{ socket: '/state/mirror', port: 4873 }] })
  expect(args.join(' ')).toContain(
    'source=/state/mirror,destination=/run/doors/0,bind-propagation=rprivate,readonly',
  )
  expect(args.slice(args.indexOf('an/image:1') + 4, -2)).toEqual([
    '/opt/node/bin/node',
    '/opt/botwright/relay.mjs',
    JSON.stringify({ doors: [{ socket: '/run/doors/0', port: 4873 }], tunnel: null }),
  ])
  expect(() => argumentsOf({ doors: [{ socket: '/state/mirror', port: 4873 }] })).toThrow(
    'no door in phase test',
  )
})

test('a path that would say more than a path is refused', () => {
  for (const workspace of ['/a,readonly=false', '/a"b', '/a\nb'])
    expect(() => argumentsOf({ workspace })).toThrow('cannot be mounted')
})

test('standard input is open only for what is to be read', () => {
  expect(has(argumentsOf(), '--interactive')).toBe(false)
  expect(has(argumentsOf({ stdin: '' }), '--interactive')).toBe(true)
})

test('on a machine with SELinux the labels are put aside', () => {
  expect(
    has(argumentsOf({}, { engine: { ...PODMAN, selinux: true } }), '--security-opt', 'label=disable'),
  ).toBe(true)
})

test('a name is told from its mark, and back', () => {
  expect(markOf(nameOf('botwright-1-2-abc'))).toBe('botwright-1-2-abc')
  expect(nameOf('botwright-1-2-abc')).not.toContain('botwright-1-2-abc')
})
