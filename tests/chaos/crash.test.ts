import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newId } from '../../src/id.ts'
import { freshDataDir } from '../set-up/database.ts'

/**
 * One project is killed at every point of its life, in turn: before and after every commit to the database, inside
 * every model call and with its answer in hand, inside sandbox runs, and inside git commits that land and that do not.
 * In the end it must be the project that a calm run makes. CHAOS_SHARE=1 in the environment kills at every point, the
 * default at a part of them that CHAOS_SEED chooses.
 */

const SHARE = Number(process.env.CHAOS_SHARE ?? 16)
const SEED = process.env.CHAOS_SEED ?? newId()

const LIVES_MAX = 600
const TIMEOUT_MS = 3_600_000
const ACTOR = join(import.meta.dirname, 'actor.ts')
const APP = 'durations'

const KINDS = ['before the commit', 'after the commit', 'in the call', 'with the answer', 'in run']

type Report = {
  state: string
  balance: { availableCredits: string; heldCredits: string }
  balanced: boolean
  treeSha256: string
  deliveries: number
  completed: number
  other: number
  repeats: number
  id: string
}

/** A git that dies with its caller: first when the commit will land, then when it will not; every third time it is calm. */
const DEADLY_GIT = (dataDir: string) => `#!/bin/sh
case " $* " in
*" commit-tree "* | *" update-ref "*)
  count="${dataDir}/commits"
  n=$(( $(cat "$count" 2>/dev/null || echo 0) + 1 ))
  echo "$n" > "$count"
  case $((n % 3)) in
    1) kill -9 "$PPID"; exec /usr/bin/git "$@" ;;
    2) kill -9 "$PPID"; touch "$GIT_DIR/index.lock"; exit 1 ;;
  esac ;;
esac
exec /usr/bin/git "$@"
`

function live(
  dataDir: string,
  temper: 'calm' | 'deadly',
): Promise<{ signal: string | null; code: number | null; out: string }> {
  const { promise, resolve } = Promise.withResolvers<{
    signal: string | null
    code: number | null
    out: string
  }>()
  const child = spawn(process.execPath, [ACTOR, dataDir, APP, temper, String(SHARE), SEED], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  child.stdout.on('data', (text: Buffer) => {
    out += text
  })
  child.stderr.on('data', (text: Buffer) => {
    out += text
  })
  child.on('close', (code, signal) => resolve({ code, signal, out }))
  return promise
}

async function calmRun(dataDir: string): Promise<Report> {
  const { code, out } = await live(dataDir, 'calm')
  expect(code, out).toBe(0)
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Report
}

async function deadlyRun(dataDir: string): Promise<{ report: Report; lives: number }> {
  for (let lives = 1; lives <= LIVES_MAX; lives++) {
    const { code, signal, out } = await live(dataDir, 'deadly')
    if (signal === 'SIGKILL') continue
    expect(code, `life ${lives}: ${out}`).toBe(0)
    return { report: JSON.parse(out.trim().split('\n').at(-1) ?? '') as Report, lives }
  }
  throw new Error(`not done after ${LIVES_MAX} lives`)
}

function history(dataDir: string, id: string): { tree: string; subjects: string[] } {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', join(dataDir, 'projects', id), ...args], { encoding: 'utf8' }).trim()
  return { tree: git('rev-parse', 'HEAD^{tree}'), subjects: git('log', '--format=%s').split('\n') }
}

function lines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

test(`a project that is killed at every point ends as one that never was (seed ${SEED}, one point in ${SHARE})`, {
  timeout: TIMEOUT_MS,
}, async () => {
  const [calm, deadly] = [await freshDataDir(), await freshDataDir()]
  try {
    mkdirSync(join(deadly.dataDir, 'bin'))
    writeFileSync(join(deadly.dataDir, 'bin', 'git'), DEADLY_GIT(deadly.dataDir), { mode: 0o755 })
    const expected = await calmRun(calm.dataDir)
    const { report, lives } = await deadlyRun(deadly.dataDir)
    const deaths = lines(join(deadly.dataDir, 'deaths'))
    for (const kind of KINDS) {
      const count = deaths.filter(death => death.startsWith(kind)).length
      expect(count, kind).toBeGreaterThan(SHARE === 1 ? 5 : -1)
    }
    expect(deaths.length).toBeGreaterThan(SHARE === 1 ? 100 : 2)
    const dyingCommits = Number(lines(join(deadly.dataDir, 'commits'))[0])
    expect(dyingCommits).toBeGreaterThan(expected.deliveries)

    expect(report).toMatchObject({ state: 'completed', balanced: true, deliveries: 1, other: 0 })
    expect(report.treeSha256).toBe(expected.treeSha256)
    expect(report.balance).toEqual(expected.balance)
    expect(report.completed).toBe(expected.completed)
    expect(history(deadly.dataDir, report.id)).toEqual(history(calm.dataDir, expected.id))

    const asked = lines(join(deadly.dataDir, 'asked'))
    expect(new Set(asked).size).toBe(expected.completed)
    // A call is marked as repeated also when the process died between its intent and the asking.
    expect(asked.length).toBeLessThanOrEqual(report.completed + report.repeats)
    process.stdout.write(
      `seed ${SEED}: killed ${lives - 1} times, at ${deaths.length} points and in git; ${report.repeats} calls in doubt repeated\n`,
    )
  } finally {
    await calm.drop()
    await deadly.drop()
  }
})
