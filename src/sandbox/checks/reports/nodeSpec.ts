import { linesOf, outcomeOf, TESTS_MAX, type TestOutcome, type TestReport } from './outcome.ts'

const DEPTH_MAX = 20
const MESSAGE_LINES_MAX = 12

/** Reads the form that `node --test` prints for people, up to its list of failures, which says them again with why. */
export function readNodeSpec(text: string): TestReport {
  const lines = linesOf(text)
  const end = lines.findIndex(line => line.trim() === '✖ failing tests:')
  const own = end < 0 ? lines : lines.slice(0, end)
  const why = end < 0 ? new Map<string, string>() : messagesIn(lines.slice(end + 1))
  const total = saidIn(own, 'tests')
  return {
    tests: testsIn(own, why),
    ran: total === null ? null : total - (saidIn(own, 'skipped') ?? 0),
    failed: total === null ? null : saidIn(own, 'fail'),
  }
}

function saidIn(lines: readonly string[], what: string): number | null {
  const said = lines.findLast(line => line.startsWith(`ℹ ${what} `))?.slice(what.length + 3) ?? ''
  return /^\d+$/.test(said) ? Number(said) : null
}

/** `▶ a group`, its tests two blanks further in, and then the group again with its verdict. */
function testsIn(lines: readonly string[], why: ReadonlyMap<string, string>): TestOutcome[] {
  const groups: string[] = []
  const tests: TestOutcome[] = []
  for (const line of lines) {
    if (tests.length >= TESTS_MAX) break
    const [, indent = '', sign, rest = ''] = /^( *)([▶✔✖﹣⚠]) (.*)$/.exec(line) ?? []
    if (sign === undefined) continue
    const depth = Math.min(DEPTH_MAX, indent.length / 2)
    const [name, ms] = timed(rest)
    if (sign === '▶') {
      groups.splice(depth, groups.length, name)
    } else if (groups[depth] === name) {
      groups.length = depth
    } else {
      const outcome = sign === '✔' ? 'passed' : sign === '✖' ? 'failed' : 'skipped'
      tests.push(outcomeOf(groups.slice(0, depth), name, outcome, { ms, message: why.get(name) }))
    }
  }
  return tests
}

function timed(rest: string): [name: string, ms: number | undefined] {
  const [, name = rest, ms] = /^(.*?) \(([\d.]+)ms\)(?: # .*)?$/.exec(rest) ?? []
  return [name, ms === undefined ? undefined : Number(ms)]
}

function messagesIn(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const [at, line] of lines.entries()) {
    if (!line.startsWith('✖ ') || found.size >= TESTS_MAX) continue
    const after = lines.slice(at + 1, at + 1 + MESSAGE_LINES_MAX)
    const end = after.findIndex(each => !each.startsWith('  ') || /^\s+at /.test(each))
    const message = after.slice(0, end < 0 ? after.length : end).map(each => each.trim())
    found.set(timed(line.slice(2))[0], message.join('\n'))
  }
  return found
}
