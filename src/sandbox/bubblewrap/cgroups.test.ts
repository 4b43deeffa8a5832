import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newMark } from '../supervise/marks.ts'
import { execute } from '../supervise/process.ts'
import { openTrial, type Trial } from '../trial.ts'
import type { Cgroups } from './cgroup.ts'
import { findCgroups, joining } from './cgroups.ts'
import { findHierarchies } from './cgroupsFound.ts'
import { versionTwo } from './cgroupsVersions.ts'

const MIB = 1024 ** 2
const MARK = 'botwright-1-1-abcdefghjkmnpqrs'

describe('what is read of the machine', () => {
  const line = (top: string, root: string, type: string, options: string) =>
    `30 20 0:30 ${root} ${top} rw,relatime shared:1 - ${type} ${type} ${options}`

  test('version 1 has the groups of this process in each hierarchy', () => {
    const mountinfo = [
      line('/cg/memory', '/', 'cgroup', 'rw,memory'),
      line('/cg/cpu', '/', 'cgroup', 'rw,cpu,cpuacct'),
      line('/cg/pids', '/', 'cgroup', 'rw,pids'),
    ].join('\n')
    const membership = '4:memory:/a/b\n3:pids:/\n2:cpu,cpuacct:/c\n'
    expect(findHierarchies({ mountinfo, membership })).toEqual([
      {
        version: 1,
        roots: ['/cg/memory', '/cg/pids', '/cg/cpu'],
        memory: '/cg/memory/a/b',
        pids: '/cg/pids/',
        cpuacct: '/cg/cpu/c',
      },
    ])
  })

  test('version 2 is tried first, from the own group upwards', () => {
    const mountinfo = [
      line('/cg/memory', '/', 'cgroup', 'rw,memory'),
      line('/cg/pids', '/', 'cgroup', 'rw,pids'),
      line('/cg/unified', '/', 'cgroup2', 'rw'),
    ].join('\n')
    const membership = '4:memory:/\n3:pids:/\n0::/user.slice/app.service\n'
    expect(findHierarchies({ mountinfo, membership })).toMatchObject([
      {
        version: 2,
        own: '/cg/unified/user.slice/app.service',
        above: ['/cg/unified/user.slice', '/cg/unified'],
      },
      { version: 1, cpuacct: null },
    ])
  })

  test('a container that sees only its own part has its group at the top', () => {
    const mountinfo = line('/cg', '/docker/1', 'cgroup2', 'rw')
    expect(findHierarchies({ mountinfo, membership: '0::/docker/1/in' })).toMatchObject([{ own: '/cg/in' }])
  })

  test('without control groups there is nothing', async () => {
    expect(findHierarchies({ mountinfo: '1 1 0:1 / / rw - ext4 /dev/sda rw', membership: '' })).toEqual([])
    expect(await findCgroups({ mountinfo: '', membership: '' })).toBe(null)
  })
})

describe('version 2, laid out in a directory', () => {
  let top = ''
  beforeEach(async () => {
    top = await mkdtemp(join(tmpdir(), 'botwright-cgroup2-'))
  })
  afterEach(() => rm(top, { recursive: true }))

  async function directory(path: string, controllers: string, given: string): Promise<string> {
    const made = join(top, path)
    await mkdir(made, { recursive: true })
    await writeFile(join(made, 'cgroup.controllers'), controllers)
    await writeFile(join(made, 'cgroup.subtree_control'), given)
    return made
  }

  test('the group has memory, no swap, one fate and processes, and says what was used', async () => {
    const own = await directory('own', 'cpu memory pids', 'memory pids')
    const hierarchy = { version: 2, roots: [top], own, above: [top] } as const
    const group = versionTwo(hierarchy).create(MARK, { memoryBytes: 7, processes: 5 })
    const made = join(own, MARK)
    const read = (name: string) => readFile(join(made, name), 'utf8')
    expect(group.entrances).toEqual([join(made, 'cgroup.procs')])
    expect(await read('memory.max')).toBe('7')
    expect(await read('pids.max')).toBe('9')
    await writeFile(join(made, 'cpu.stat'), 'usage_usec 12500\nuser_usec 1\n')
    await writeFile(join(made, 'memory.current'), '4096\n')
    await writeFile(join(made, 'memory.events'), 'low 0\noom 1\noom_kill 0\noom_group_kill 0\n')
    expect(group.usage()).toEqual({ cpuMs: 13, memoryBytes: 4096 })
    expect(group.isOutOfMemory()).toBe(false)
    await writeFile(join(made, 'memory.events'), 'low 0\noom 1\noom_kill 2\noom_group_kill 1\n')
    expect(group.isOutOfMemory()).toBe(true)
  })

  test('the group is made where both controllers are given, and not where they are not there', async () => {
    const above = await directory('slice', 'memory pids', 'cpu memory pids')
    const own = await directory('slice/service', 'cpu', '')
    const hierarchy = { version: 2, roots: [top], own, above: [above, top] } as const
    versionTwo(hierarchy).create(MARK, { memoryBytes: 7, processes: 5 })
    expect(existsSync(join(above, MARK))).toBe(true)
    const lonely = { version: 2, roots: [top], own, above: [] } as const
    expect(() => versionTwo(lonely).create(MARK, { memoryBytes: 7, processes: 5 })).toThrow(
      'no control group',
    )
  })
})

describe.runIf(process.getuid?.() === 0)('really', () => {
  let cgroups: Cgroups
  let trial: Trial
  beforeAll(async () => {
    trial = await openTrial()
    const found = await findCgroups()
    if (found === null) throw new Error('root has control groups here')
    cgroups = found
  })
  afterAll(() => trial.close())

  test('a process that joins is counted, and what it leaves is killed with the group', async () => {
    const group = cgroups.create(newMark(), { memoryBytes: 64 * MIB, processes: 20 })
    const [file = '', ...args] = [
      ...joining(group),
      ...[
        '/bin/sh',
        '-c',
        'setsid sleep 4321 < /dev/null > /dev/null 2>&1 & head -c 30000000 /dev/zero | md5sum',
      ],
    ]
    await execute(file, args)
    const [entrance = ''] = group.entrances
    expect((await readFile(entrance, 'utf8')).trim().split('\n')).toHaveLength(1)
    expect(group.usage().cpuMs).toBeGreaterThan(5)
    expect(group.usage().memoryBytes).toBeGreaterThan(MIB / 8)
    await group.dispose()
    expect(existsSync(entrance)).toBe(false)
  })

  test('a group that cannot be joined is the end of the launch', async () => {
    const [file = '', ...args] = [...joining({ entrances: ['/no/such/group'] }), '/bin/echo', 'out']
    await expect(execute(file, args)).rejects.toThrow('/no/such/group')
  })

  test('many processes are over the memory limit together, and the kernel ends them', async () => {
    const each = `python3 -c "import time; x = b'1' * 40_000_000; time.sleep(20)"`
    const result = await trial.sh(`for i in 1 2 3 4 5 6; do ${each} & done; wait`, {
      limits: { memoryBytes: 128 * MIB, wallMs: 15_000 },
    })
    expect(result).toMatchObject({ killedBy: 'memory', exitCode: null, signal: 'SIGKILL' })
    expect(result.guarantees.memoryBytes).toBe('hard')
    expect(result.usage.memoryBytes).toBeGreaterThan(100 * MIB)
    expect(result.usage.memoryBytes).toBeLessThanOrEqual(128 * MIB)
  })

  test('what is written to memory by way of files counts too', async () => {
    const result = await trial.sh('head -c 100000000 /dev/zero > /tmp/a; sleep 5', {
      limits: { memoryBytes: 64 * MIB, wallMs: 15_000 },
    })
    expect(result.killedBy).toBe('memory')
  })

  test('files on the disk may be larger than the memory', async () => {
    const script = 'head -c 200000000 /dev/zero > a && md5sum < a > /dev/null && echo done'
    const result = await trial.sh(script, { limits: { memoryBytes: 64 * MIB } })
    expect(result).toMatchObject({ killedBy: null, stdout: 'done\n' })
  })

  test('a short run tells what it used', async () => {
    const { usage } = await trial.sh('head -c 20000000 /dev/zero | md5sum')
    expect(usage.cpuMs).toBeGreaterThan(10)
    expect(usage.memoryBytes).toBeGreaterThan(MIB)
  })

  test('more processes than allowed cannot be started', async () => {
    const script = 'for i in $(seq 40); do sleep 1 & done; wait'
    const result = await trial.sh(script, { limits: { processes: 10 } })
    expect(result.stderr).toMatch(/fork|Resource temporarily unavailable/)
  })
})
