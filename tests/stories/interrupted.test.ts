import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshDataDir } from '../set-up/database.ts'
import { STORY_MS_MAX } from './stage.ts'

/** Ctrl-C in a command that works by itself, and what becomes of its project. */

const MAIN = join(import.meta.dirname, '../../src/main.ts')

type Line = { event?: { type: string; projectId: string }; projects?: { id: string; state: string }[] }

let ground: Awaited<ReturnType<typeof freshDataDir>>
beforeAll(async () => {
  ground = await freshDataDir()
})
afterAll(() => ground.drop())

/** Runs a command with --json and gives each line to `look`, which may interrupt it. */
async function run(words: readonly string[], look: (line: Line, child: ChildProcess) => void = () => {}) {
  const { PATH, BOTWRIGHT_BWRAP } = process.env
  const child = spawn(process.execPath, [MAIN, '--data-dir', ground.dataDir, '--json', ...words], {
    env: { PATH, BOTWRIGHT_BWRAP, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: Line[] = []
  createInterface(child.stdout).on('line', text => {
    const line = JSON.parse(text) as Line
    lines.push(line)
    look(line, child)
  })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    err += text
  })
  const [code] = await once(child, 'close')
  return { code, err, lines }
}

/** Where each project stands. */
async function states(): Promise<Record<string, string>> {
  const { lines } = await run(['projects'])
  return Object.fromEntries((lines[0]?.projects ?? []).map(({ id, state }) => [id, state]))
}

test(
  'an interrupted demo is kept, is left alone by the next command, and is carried on when it is asked for',
  async () => {
    const first = await run(['demo', '--app', 'durations'], ({ event }, child) => {
      if (event?.type === 'prepared') child.kill('SIGINT')
    })
    expect(first.code).toBe(130)
    const id = first.lines[0]?.event?.projectId ?? ''
    expect(first.err).toMatch(
      new RegExp(
        `^Stopped\\. Project ${id} is kept; it has cost [\\d.]+ credits so far\\. .*events ${id} --follow\n$`,
      ),
    )
    expect(existsSync(join(ground.dataDir, 'lock'))).toBe(false)
    const { [id]: stood } = await states()

    const other = await run(['new', 'Something that the rehearsal does not know', '--yes'])
    expect(other.code).toBe(1)
    expect(other.lines.filter(({ event }) => event?.type === 'ended')).toHaveLength(1)
    expect(await states()).toMatchObject({ [id]: stood })

    const followed = await run(['events', id, '--follow'])
    expect(followed.code).toBe(0)
    expect(await states()).toMatchObject({ [id]: 'completed' })
  },
  STORY_MS_MAX,
)
