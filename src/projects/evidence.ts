import type { CheckReport } from '../agents/checkText.ts'
import type { Change } from '../editing/edit.ts'
import { invariant, type Refusal } from '../failure.ts'
import { type Check, kindOf, type ReportFormat } from '../sandbox/checks/check.ts'
import { runChecks } from '../sandbox/checks/checks.ts'
import { countWords, namedTests } from '../sandbox/checks/named.ts'
import { type CheckResult, isFlaky } from '../sandbox/checks/result.ts'
import { withoutTimings } from '../sandbox/checks/timings.ts'
import type { Unprepared } from '../sandbox/dependencies/dependencies.ts'
import type { Files as SandboxFiles } from '../sandbox/files.ts'
import { secretCheck } from '../sandbox/scan/secretCheck.ts'
import type { ToolchainId } from '../sandbox/toolchains/toolchain.ts'
import { checksFor, limitsOf, testCommand } from '../sandbox/toolchains/toolchains.ts'
import type { TreeFile } from '../workspace/archive.ts'
import { overlay } from './draft.ts'
import type { Ground } from './ground.ts'
import { type Abandoned, abandoned, type Rest, rest } from './outcome.ts'
import type { CheckEvidence } from './project.ts'
import { standInsOf, withStandIns } from './secrets/standIns.ts'
import { secretValues } from './secrets/store.ts'
import type { FrozenTest } from './store.ts'

/** What is run to know whether a tree is good, always on a copy of it in the sandbox. */

type Files = ReadonlyMap<string, TreeFile>

/** What was found about a tree, with the lock files that fetching wrote for it; or why nothing can be run now. */
export type Found =
  | { ok: true; checks: CheckEvidence[]; locks: readonly Change[] }
  | { ok: false; stopped: Rest | Abandoned }

/**
 * Runs the toolchain's checks, then each acceptance test that is due after the tasks named. The scan for secrets is among
 * them only where it found one, which has to be taken out. Where packages cannot be had as the tree names them, that is
 * all that is found.
 */
export async function runTaskChecks(
  ground: Ground,
  files: Files,
  tests: readonly FrozenTest[],
  tasks: readonly string[],
): Promise<Found> {
  const { plan } = ground.project.file
  invariant(plan !== null, 'checks belong to a plan')
  const due = tests.filter(test => tasks.includes(test.dueAfter))
  const tree = withoutFrozen(files, tests)
  const shown = overlay(
    tree,
    due.filter(test => !test.hidden),
  )
  // What the frozen tests look like is nothing that the Implementer could mend.
  const style = await run(ground, tree, checksFor(plan.toolchain, tree).filter(isOfStyle), { again: false })
  if (!style.ok) return style
  const others = checksFor(plan.toolchain, shown).filter(check => !isOfStyle(check))
  const own = await run(ground, shown, others, { again: true })
  if (!own.ok) return own
  const { results, fetched, locks } = own
  const checks = [...fetched, ...style.results, ...results].map(result => evidenceOf(result, false))
  if (results.length === 0) return { ok: true, checks, locks }
  const acceptance = due.map(test => ({ ...test, command: testCommand(plan.toolchain, test.path, shown) }))
  const accepted = await runAcceptance(ground, tree, acceptance, { again: true })
  if (!accepted.ok) return accepted
  return { ok: true, checks: [...checks, ...accepted.checks, ...(await foundSecrets(ground, tree))], locks }
}

function isOfStyle(check: Check): boolean {
  const kind = kindOf(check)
  return kind === 'format' || kind === 'lint'
}

async function foundSecrets({ parts, project }: Ground, files: Files): Promise<CheckEvidence[]> {
  const { sql } = parts.database
  const standIns = Object.values(await standInsOf(sql, project.id))
  const values = await secretValues(sql, parts.cipher, project.id)
  const result = await secretCheck(files, { clock: parts.clock, standIns, secretValues: values })
  return result.passed ? [] : [evidenceOf(result, false)]
}

/**
 * Runs acceptance tests one by one against a tree. They are written into the copy from the database, so a tree cannot
 * bring its own; what a hidden one prints is not kept. There is evidence for each, in their order.
 */
export async function runAcceptance(
  ground: Ground,
  tree: Files,
  tests: readonly (Pick<FrozenTest, 'criterion' | 'hidden' | 'path' | 'content'> & {
    command: readonly string[]
  })[],
  options: { again: boolean },
): Promise<Found> {
  if (tests.length === 0) return { ok: true, checks: [], locks: [] }
  const commands = tests.map(({ criterion, hidden, command }) => ({
    name: `${criterion} ${hidden ? '(hidden test)' : '(acceptance test)'}`,
    kind: 'acceptance' as const,
    phase: 'test' as const,
    command,
    ...limitsAndReport(ground),
  }))
  const ran = await run(ground, overlay(tree, tests), commands, options)
  if (!ran.ok) return ran
  const { results, fetched, locks } = ran
  const each = results.length > 0 ? results : commands.map(command => notRun(command, fetched))
  return { ok: true, checks: each.map((result, at) => evidenceOf(result, tests[at]?.hidden ?? true)), locks }
}

/** A test that needs packages which cannot be had fails with what fetching them said. */
function notRun({ name, kind, command }: Check, fetched: readonly CheckResult[]): CheckResult {
  const failed = fetched.find(({ passed }) => !passed)
  invariant(failed !== undefined, 'a test is left out only where packages cannot be had')
  return { ...failed, name, kind: kind ?? failed.kind, command }
}

/** What acceptance tests print, where it is known: a test that ends its process before it has reported is no proof. */
const REPORTS: Partial<Record<ToolchainId, ReportFormat>> = {
  python: 'unittest',
  node: 'node',
  typescript: 'node',
  'static-web': 'node',
  rust: 'cargo',
}

function limitsAndReport({ project }: Ground): Pick<Check, 'limits' | 'report'> {
  const { plan } = project.file
  if (plan === null) return {}
  const format = REPORTS[plan.toolchain]
  return { limits: limitsOf(plan.toolchain, 'test'), ...(format === undefined ? {} : { report: { format } }) }
}

/** Checks as the Architect reads them. */
export function reportsOf(checks: readonly CheckEvidence[]): CheckReport[] {
  return checks.map(check => {
    const { name, passed, output, tests, again } = check
    return {
      name,
      passed,
      output: withoutTimings(output),
      ...(tests === undefined ? {} : { tests: countWords(tests) }),
      ...(again !== undefined && isFlaky(check) ? { flaky: again.changed } : {}),
    }
  })
}

function withoutFrozen(files: Files, tests: readonly FrozenTest[]): Map<string, TreeFile> {
  const frozen = new Set(tests.map(test => test.path))
  return new Map([...files].filter(([path]) => !frozen.has(path)))
}

type Ran =
  | { ok: true; results: CheckResult[]; fetched: readonly CheckResult[]; locks: readonly Change[] }
  | { ok: false; stopped: Rest | Abandoned }

/** Fetches what the files name and runs the checks; where it cannot be had as written, none is run. */
async function run(
  ground: Ground,
  files: Files,
  checks: readonly Check[],
  options: { again: boolean },
): Promise<Ran> {
  const { database, sandbox } = ground.parts
  const { plan } = ground.project.file
  invariant(sandbox.ok && plan !== null, 'checks need a sandbox, and belong to a plan')
  const workshop = sandbox.value
  const seen = await withStandIns(workshop.sandbox, database.sql, ground.project.id)
  return ground.inSandbox(async () => {
    const prepared = await workshop.dependencies.prepare(files, plan.toolchain, ground.signal)
    if (!prepared.ok) return { ok: false, stopped: unprepared(prepared) }
    const { checks: fetched, made } = prepared.value
    const locks = changesOf(made)
    if (fetched.some(({ passed }) => !passed)) return { ok: true, results: [], fetched, locks: [] }
    const results = await runChecks(seen, files, checks, {
      prepared: prepared.value,
      signal: ground.signal,
      ...options,
    })
    return { ok: true, results, fetched, locks }
  })
}

/** A registry that does not answer is nobody's fault here: the project rests, uncharged, and tries again. */
function unprepared({ reason, says }: Refusal<Unprepared>): Rest | Abandoned {
  if (reason === 'cancelled') return abandoned
  return rest('registry', says, { passes: reason === 'unreachable' })
}

function changesOf(files: SandboxFiles): Change[] {
  return [...files].map(([path, { content }]) => ({ path, content: Buffer.from(content).toString('utf8') }))
}

/** Of a hidden test neither what it printed nor what its tests are called is kept. */
function evidenceOf(result: CheckResult, hidden: boolean): CheckEvidence {
  const { name, command, passed, exitCode, ms, output, tests, again } = result
  return {
    name,
    command: command.join(' '),
    passed,
    exitCode,
    ms,
    output: hidden ? '' : output,
    hidden,
    ...(tests === undefined || hidden ? {} : { tests: namedTests(tests) }),
    ...(again === undefined ? {} : { again: hidden ? { ...again, changed: [] } : again }),
  }
}
