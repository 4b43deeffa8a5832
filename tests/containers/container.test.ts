import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { invariant, OutsideFailure } from '../../src/failure.ts'
import { nameOf, SCRIPT } from '../../src/sandbox/container/arguments.ts'
import { command } from '../../src/sandbox/container/engine.ts'
import { ownerLabel } from '../../src/sandbox/container/facts.ts'
import { marksOf, remove } from '../../src/sandbox/container/state.ts'
import { type ContainerTrial, openContainerTrial } from '../../src/sandbox/container/trialContainer.ts'
import { TRIAL_IMAGE } from '../../src/sandbox/container/trialImage.ts'
import { newMark } from '../../src/sandbox/supervise/marks.ts'
import { CONTRACT, kept, servedPage, throughDoor } from '../../src/sandbox/trialContract.ts'

describe.each(['podman', 'docker'] as const)('with %s', name => {
  let opened: ContainerTrial | { missing: string } = { missing: 'not asked' }
  beforeAll(async () => {
    opened = await openContainerTrial(name, process.env)
    if ('backend' in opened) expect(await opened.backend.detect()).toMatchObject({ ok: true })
  })
  afterAll(async () => {
    if (!('backend' in opened)) return
    expect(await marksOf(opened.engine, opened.stateDir)).toEqual([])
    await opened.close()
  })
  beforeEach(context => {
    if ('backend' in opened) return
    context.task.meta.reason = `no ${name} runs here: ${opened.missing}`
    context.skip()
  })
  const trial = () => {
    invariant('backend' in opened, 'a test that runs has an engine')
    return opened
  }

  test.each(CONTRACT)('$fact', async clause => {
    expect(await kept(trial().backend, clause)).toMatchObject(clause.ends)
  })

  test('a door leads to a server outside, and without it there is none', async () => {
    expect(await throughDoor(trial().backend)).toEqual({ answer: 'from the server', without: 'ECONNREFUSED' })
  })

  test('an app is reached at its port, and stopped', async () => {
    const { page, ended } = await servedPage(trial().backend, { tries: 50, pause: () => setTimeout(100) })
    expect(page).toBe('seen /page')
    expect(ended.killedBy).toBe('cancelled')
  })

  test('what is inside has no privilege, no way to another namespace, and a system that cannot be written', async () => {
    const script = `grep -e CapEff -e CapBnd -e NoNewPrivs -e Seccomp: /proc/self/status
unshare -Ur true || echo no namespaces
echo x > /made || echo read-only
echo x > /etc/passwd || echo read-only
cat /etc/hosts; id -un`
    const { stdout } = await kept(trial().backend, { fact: '', script, ends: {} })
    expect(stdout).toBe(`CapEff:	0000000000000000
CapBnd:	0000000000000000
NoNewPrivs:	1
Seccomp:	2
no namespaces
read-only
read-only
127.0.0.1 localhost sandbox
::1 localhost
sandbox
`)
  })

  test('processes and threads have their number', async () => {
    const script = 'for i in $(seq 100); do sleep 2 & done; wait'
    const ended = await kept(trial().backend, {
      fact: '',
      script,
      spec: { limits: { processes: 20 } },
      ends: {},
    })
    expect(ended.exitCode).not.toBe(0)
    expect(ended.stderr).toContain('fork')
  })

  test('a container whose supervisor is gone is swept, and that of a living one is not', async () => {
    const { engine, stateDir, backend } = trial()
    const [own, gone] = [newMark(), newMark().replace(/-\d+-/, '-4194305-')]
    const label = ownerLabel(stateDir)
    for (const mark of [own, gone])
      await command(engine, [
        ...['run', '--detach', '--name', nameOf(mark), '--label', `botwright=${label}`, '--network', 'none'],
        ...['--ulimit', 'nofile=64:64', '--ulimit', 'nproc=64:64'],
        ...['--entrypoint', '/bin/sh', TRIAL_IMAGE, '-c', SCRIPT, mark, 'sleep', '600'],
      ])
    expect(await backend.sweep()).toBeGreaterThanOrEqual(1)
    expect(await marksOf(engine, stateDir)).toEqual([own])
    await remove(engine, own)
  })

  test('an image that is not there is named as the reason, and nothing is fetched', async () => {
    const backend = trial().again({ image: 'localhost/botwright-missing:1' })
    expect(await backend.detect()).toMatchObject({ ok: false, reason: 'image_missing' })
    await expect(kept(backend, { fact: '', script: 'true', ends: {} })).rejects.toThrow(OutsideFailure)
    expect(await trial().again({ image: '' }).detect()).toMatchObject({ reason: 'image_missing' })
  })

  test('an image that cannot run our Node is refused', async () => {
    const detection = await trial().again({ nodePath: '/etc/hostname' }).detect()
    expect(detection).toMatchObject({ ok: false, reason: 'image_unfit' })
  })

  test('a container that could not be started is a failure of the sandbox, with what the engine said', async () => {
    const spec = { mounts: [{ host: '/nowhere/at/all', inside: '/opt/nothing' }] }
    const run = kept(trial().backend, { fact: '', script: 'true', spec, ends: {} })
    await expect(run).rejects.toThrow(/did not start: .*nowhere/)
  })
})
