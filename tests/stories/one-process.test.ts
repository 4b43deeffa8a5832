import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDataDir } from '../set-up/database.ts'

/** The command line as a person meets it: processes, exit codes, standard output and standard error. */

const MAIN = join(import.meta.dirname, '../../src/main.ts')
const COMMAND_MS_MAX = 240_000

type Ended = { code: number | null; out: string; err: string }
type Ground = Awaited<ReturnType<typeof freshDataDir>>

let ground: Ground
beforeAll(async () => {
  ground = await freshDataDir()
})
afterAll(() => ground.drop())

function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const { PATH, BOTWRIGHT_BWRAP } = process.env
  return spawn(process.execPath, [MAIN, '--data-dir', ground.dataDir, ...words], {
    env: { PATH, BOTWRIGHT_BWRAP, PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function run(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = start(words, env)
  const said = { out: '', err: '' }
  child.stdout?.setEncoding('utf8').on('data', text => {
    said.out += text
  })
  child.stderr?.setEncoding('utf8').on('data', text => {
    said.err += text
  })
  const [code] = await once(child, 'close')
  return { code, ...said }
}

/** One sentence or more for a person, and nothing of what went on inside. */
function expectSentence({ err }: Ended): void {
  expect(err).toMatch(/^[A-Z].*[.)]\n$/s)
  expect(err).not.toMatch(/\n\s+at |Error:|node:internal/)
}

describe('a running server', () => {
  let server: ChildProcess
  let url: string

  beforeAll(async () => {
    server = start(['--json', 'start'])
    if (!server.stdout) throw new Error('there is no output')
    const [line] = await once(createInterface(server.stdout), 'line')
    const running = JSON.parse(String(line)) as { url: string; link: string; dataDir: string }
    expect(running.dataDir).toBe(ground.dataDir)
    expect(running.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=[0-9a-f]{64}$/)
    url = running.url
  }, COMMAND_MS_MAX)

  test('answers on the port that it names', async () => {
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ ready: true })
    expect((await fetch(`${url}/api/projects`)).status).toBe(401)
  })

  test(
    'keeps a second one from starting on its data',
    async () => {
      const second = await run(['start'])
      expect(second).toMatchObject({ code: 1, out: '' })
      expectSentence(second)
      expect(second.err).toContain(`Process ${server.pid} already uses ${ground.dataDir}.`)
    },
    COMMAND_MS_MAX,
  )

  test(
    'is reached by commands of other processes, and shares what they do',
    async () => {
      const created = await run(['--json', 'new', 'Something that the rehearsal does not know'])
      expect(created.code).toBe(1)
      expectSentence(created)
      const { out, code } = await run(['--json', 'projects'])
      const { projects } = JSON.parse(out) as { projects: { id: string; state: string }[] }
      expect({ code, projects }).toMatchObject({ code: 0, projects: [{ state: 'failed' }] })
      const events = await run(['--json', 'events', projects[0]?.id ?? ''])
      const types = events.out
        .trim()
        .split('\n')
        .map(line => (JSON.parse(line) as { type: string }).type)
      expect(types[0]).toBe('created')
      expect(types.at(-1)).toBe('ended')
      const granted = await run(['--json', 'users', 'grant', 'owner', '5.5'])
      expect(JSON.parse(granted.out)).toEqual({ user: 'owner', availableCredits: '1005.5' })
      const audited = await run(['--json', 'ledger', 'audit'])
      expect(audited.code).toBe(0)
      expect(JSON.parse(audited.out)).toMatchObject({ audit: { balanced: true } })
    },
    COMMAND_MS_MAX,
  )

  test(
    'ends with 0 when it is asked to, and commands then work by themselves on the same data',
    async () => {
      server.kill('SIGTERM')
      const [code] = await once(server, 'exit')
      expect(code).toBe(0)
      const { out } = await run(['--json', 'projects'])
      expect(JSON.parse(out)).toMatchObject({ projects: [{ state: 'failed' }] })
    },
    COMMAND_MS_MAX,
  )
})

test.each([
  [['projects']],
  [['new']],
  [['users', 'grant']],
  [['keys', 'add']],
  [['sandbox', 'exec']],
  [['index', 'query']],
  [['edit', 'apply']],
])(
  'the help of %j names what every command takes',
  async words => {
    const { out } = await run([...words, '--help'])
    expect(out).toMatch(/--json[\s\S]*--data-dir/)
  },
  COMMAND_MS_MAX,
)

describe('exit codes', () => {
  test.each([
    [['--help']],
    [['projects', '--help']],
    [['users', 'grant', '--help']],
    [['migrate']],
    [['pricing', 'list']],
  ])(
    '0: %j',
    async words => {
      const ended = await run(words)
      expect(ended).toMatchObject({ code: 0, err: '' })
      expect(ended.out).not.toBe('')
    },
    COMMAND_MS_MAX,
  )

  test.each([
    [['status', 'nobody']],
    [['download', 'nobody']],
    [['users', 'grant', 'nobody', '5']],
    [['new', ' ']],
    [['edit', 'apply', '--root', '.', 'nonsense.md']],
    [['--data-dir', '/proc/nonsense', 'projects']],
  ])(
    '1, refused with a sentence: %j',
    async words => {
      const ended = await run(words)
      expect(ended.code).toBe(1)
      expectSentence(ended)
    },
    COMMAND_MS_MAX,
  )

  test.each([
    [['nonsense']],
    [[]],
    [['status']],
    [['--nonsense', 'projects']],
    [['demo', '--app', 'nonsense']],
    [['users', 'grant', 'owner', 'nonsense']],
    [['index', 'query', '.', 'text', '-k', 'nonsense']],
    [['pricing', 'set', 'google:x', '--input', 'nonsense', '--output', '1']],
    [['sandbox', 'exec', '--workspace', '.', '--phase', 'nonsense', 'ls']],
  ])(
    '2, not used as it is meant: %j',
    async words => {
      const ended = await run(words)
      expect(ended.code).toBe(2)
      expect(ended.err).not.toBe('')
    },
    COMMAND_MS_MAX,
  )

  test.each([[['sandbox', 'check']], [['demo']]])(
    '3, no sandbox: %j',
    async words => {
      const ended = await run(words, { BOTWRIGHT_BWRAP: '/nonexistent/bwrap' })
      expect(ended.code).toBe(3)
      expectSentence(ended)
    },
    COMMAND_MS_MAX,
  )

  test(
    '1, with every wrong setting in one message: settings that cannot be used',
    async () => {
      const ended = await run(['projects'], { PORT: 'many', MARKUP_FACTOR: 'a lot' })
      expect(ended.code).toBe(1)
      expect(ended.err).toContain('PORT')
      expect(ended.err).toContain('MARKUP_FACTOR')
      expect(ended.err).not.toMatch(/\n\s+at /)
    },
    COMMAND_MS_MAX,
  )
})
