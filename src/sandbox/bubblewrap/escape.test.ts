import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Limits } from '../backend.ts'
import { commandLines } from '../supervise/processes.ts'
import { openTrial, type Trial } from '../trial.ts'

const MIB = 1024 ** 2

let trial: Trial
let bare: Trial
beforeAll(async () => {
  trial = await openTrial()
  bare = await openTrial({ backend: 'none' })
})
afterAll(async () => {
  await trial.close()
  await bare.close()
})

test('the secrets of the machine are not there to be read', async () => {
  const { stdout } = await trial.sh(
    'cat /etc/shadow /etc/gshadow; ls -A /root; ls -A /home; find / -name "*shadow" -type f',
  )
  expect(
    stdout.split('\n').filter(line => !line.startsWith('/usr/') && line !== 'sandbox' && line !== ''),
  ).toEqual([])
})

test('no process of the machine is to be seen', async () => {
  const { stdout } = await trial.sh('cd /proc; for p in [0-9]*; do tr "\\0" " " < $p/cmdline; echo; done')
  expect(stdout).not.toContain('vitest')
  expect(stdout.trim().split('\n').length).toBeLessThan(5)
})

test.each([
  ['a port of the machine', { host: '127.0.0.1', port: 0 }],
  ['an abstract socket of the machine', { path: `\0botwright-escape-${process.pid}` }],
])('%s cannot be reached', async (_, where) => {
  const server = createServer(socket => socket.end('reached')).listen(where)
  await once(server, 'listening')
  const address = server.address()
  const target = typeof address === 'object' ? address?.port : 'abstract'
  const to =
    target === 'abstract'
      ? `{ path: "\\0botwright-escape-${process.pid}" }`
      : `{ port: ${target}, host: "127.0.0.1" }`
  const program = `require("net").connect(${to}).on("error", e => console.log(e.code)).pipe(process.stdout)`
  const command = ['/opt/node/bin/node', '-e', program]
  expect((await trial.sh('', { command })).stdout).toMatch(/^ECONNREFUSED/)
  expect((await bare.sh('', { command })).stdout).toBe('reached')
  server.close()
})

test('there is nothing but a loopback', async () => {
  const { stdout } = await trial.sh(
    'cat /proc/net/dev | tail -n +3 | cut -d: -f1; tail -n +2 /proc/net/route',
  )
  expect(stdout.trim()).toBe('lo')
})

test('nothing can be written but the workspace and the scratch directories', async () => {
  const places = '/ /usr /usr/bin /usr/local /etc /opt /opt/botwright /opt/node/bin /dev /proc /run /bin'
  const { stdout } = await trial.sh(
    `for d in ${places}; do touch $d/x 2>/dev/null && echo wrote $d; done; touch /tmp/x /workspace/x ~/x /dev/shm/x && echo fine`,
  )
  expect(stdout).toBe('fine\n')
})

test('no further namespace can be made and no capability is held', async () => {
  const { stdout } = await trial.sh(
    'unshare -U true || echo refused; grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status',
  )
  expect(stdout.replaceAll('\t', ' ')).toBe(
    'refused\nCapEff: 0000000000000000\nCapBnd: 0000000000000000\nNoNewPrivs: 1\n',
  )
})

test('a symbolic link out of the workspace leads nowhere, inside and for us', async () => {
  const workspace = await trial.sandbox.workspace(new Map())
  const script = `ln -s /etc/shadow a; ln -s /proc/1/root/root b; ln -s ${process.cwd()} c; cat a; ls b/ c/`
  const result = await trial.shIn(workspace, script)
  expect(result.stdout).toBe('')
  const back = await workspace.read()
  expect(back.ok && back.value.size).toBe(0)
  await workspace.dispose()
})

test('processes are bounded, threads included', async () => {
  const fork = `import os, time
count = 0
try:
    while count < 500:
        if os.fork() == 0: time.sleep(60)
        count += 1
except BlockingIOError: print(count)`
  const { stdout } = await trial.sh('', { command: ['python3', '-c', fork], limits: { processes: 40 } })
  expect(Number(stdout)).toBeGreaterThan(20)
  expect(Number(stdout)).toBeLessThan(40)
})

test('a fork bomb goes with its run', async () => {
  const script = '( bomb() { bomb | bomb & }; bomb ); exec sleep 8765432'
  const result = await trial.sh(script, { limits: { processes: 60, wallMs: 1500 } })
  expect(result.killedBy).toBe('wall')
  expect(commandLines().filter(({ line }) => line.includes('bomb()'))).toEqual([])
})

const grow = `import os
blocks = []
while True: blocks.append(os.urandom(1 << 20))`
const fill = 'i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > f$i; done'

test.each<[string, string[], Partial<Limits>]>([
  ['wall', ['sleep', '600'], { wallMs: 300 }],
  ['cpu', ['/bin/sh', '-c', 'while :; do :; done'], { cpuSeconds: 1 }],
  ['memory', ['python3', '-c', grow], { memoryBytes: 96 * MIB }],
  ['output', ['yes'], { outputBytes: 4 * MIB }],
  ['output', ['/bin/sh', '-c', 'yes >&2'], { outputBytes: 4 * MIB }],
  ['disk', ['/bin/sh', '-c', fill], { diskBytes: 32 * MIB }],
  ['file', ['head', '-c', '2000000', '/dev/zero'], { fileBytes: MIB }],
])('a run over its %s limit is killed and says so', async (killedBy, command, limits) => {
  const intoFile = killedBy === 'file' ? ['/bin/sh', '-c', 'exec "$@" > big', 'sh', ...command] : command
  const result = await trial.sh('', { command: intoFile, limits: { wallMs: 20_000, ...limits } })
  expect(result.killedBy).toBe(killedBy)
  expect(result.usage.wallMs).toBeLessThan(15_000)
})

test('many small processes are over the processor limit together', async () => {
  const script = 'while :; do head -c 3000000 /dev/zero | sha256sum > /dev/null; done'
  const result = await trial.sh(script, { limits: { cpuSeconds: 1, wallMs: 20_000 } })
  expect(result.killedBy).toBe('cpu')
  expect(result.usage.cpuMs).toBeGreaterThan(1000)
})

test('of too much output the beginning and the end are kept', async () => {
  const result = await trial.sh('echo first; seq 1 400000; echo last')
  expect(result).toMatchObject({ exitCode: 0, truncated: true })
  expect(result.stdout).toMatch(/^first\n1\n2\n.*bytes left out.*\n400000\nlast\n$/s)
  expect(result.stdout.length).toBeLessThan(600_000)
})

test('a cancelled run is gone at once, with all that it started', async () => {
  const stop = new AbortController()
  const running = trial.sh('trap "" TERM INT HUP; setsid sleep 9876543 & sleep 9876543', {
    signal: stop.signal,
  })
  const left = () => commandLines().filter(({ line }) => line.startsWith('sleep 9876543'))
  await expect.poll(() => left().length, { timeout: 10_000 }).toBe(2)
  stop.abort()
  expect(await running).toMatchObject({ killedBy: 'cancelled', exitCode: null, signal: 'SIGKILL' })
  expect(left()).toEqual([])
})

test('a run that is cancelled at any moment of its start leaves nothing', async () => {
  for (let turn = 0; turn < 12; turn++) {
    const stop = new AbortController()
    const running = trial.sh('sleep 5432109', { signal: stop.signal })
    setTimeout(() => stop.abort(), turn * 4)
    expect((await running).killedBy).toBe('cancelled')
  }
  expect(commandLines().filter(({ line }) => line.includes(`botwright-${process.pid}-`))).toEqual([])
})
