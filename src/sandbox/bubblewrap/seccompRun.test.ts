import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTrial, type Trial } from '../trial.ts'

let trial: Trial
beforeAll(async () => {
  trial = await openTrial()
})
afterAll(() => trial.close())

test('a filter is set, and privileges cannot grow', async () => {
  const { stdout } = await trial.sh('grep -E "^(Seccomp|NoNewPrivs):" /proc/self/status')
  expect(stdout.replaceAll('\t', ' ')).toBe('NoNewPrivs: 1\nSeccomp: 2\n')
})

test('no socket but the ordinary ones', async () => {
  const script = `import socket
for family, kind in ((1, 1), (2, 1), (10, 2), (16, 3), (17, 3), (38, 5), (40, 1)):
    try:
        socket.socket(family, kind, 0).close()
        print(family, 'opened')
    except OSError as error:
        print(family, error.errno)`
  const { stdout } = await trial.sh('', { command: ['python3', '-c', script] })
  expect(stdout).toBe('1 opened\n2 opened\n10 opened\n16 opened\n17 97\n38 97\n40 97\n')
})

test.runIf(process.arch === 'x64')('a call as another processor ends the process', async () => {
  const script = `import ctypes
libc = ctypes.CDLL(None)
print('before', flush=True)
libc.syscall(0x40000000 + 39)
print('after')`
  const result = await trial.sh('', { command: ['python3', '-c', script] })
  expect(result).toMatchObject({ stdout: 'before\n', signal: 'SIGSYS' })
})

test.each([
  ['node', 'node -e "setTimeout(() => console.log(1 + 1), 5)"', '2'],
  [
    'threads of node',
    "node -e \"new (require('worker_threads').Worker)('console.log(3)', { eval: true })\"",
    '3',
  ],
  [
    'python',
    "python3 -c \"import subprocess; print(subprocess.check_output(['echo', '4']).decode().strip())\"",
    '4',
  ],
  [
    'git',
    'git init -q a && cd a && git -c user.name=a -c user.email=a@b.c commit -q --allow-empty -m m && git rev-list --count HEAD',
    '1',
  ],
])('%s works behind the filter', async (_, script, expected) => {
  const result = await trial.sh(script)
  expect(result).toMatchObject({ exitCode: 0, stdout: `${expected}\n` })
})
