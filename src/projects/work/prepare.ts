import { acceptanceFaults } from '../../agents/acceptance.ts'
import { acceptance } from '../../agents/architect/acceptance.ts'
import { documents } from '../../agents/architect/documents.ts'
import type { Acceptance, AcceptanceTest, Documents, Plan, TextFile } from '../../agents/plan.ts'
import { invariant } from '../../failure.ts'
import { sha256 } from '../../id.ts'
import { testCommand, testsRun } from '../../sandbox/toolchains/toolchains.ts'
import { overlay } from '../draft.ts'
import { runAcceptance } from '../evidence.ts'
import { askFor, type Ground } from '../ground.ts'
import { outcome, rest, type WorkResult } from '../outcome.ts'
import { stepOf, TODO_PATH, todoText } from '../repository.ts'
import { secretsOf } from '../secrets/store.ts'
import { type FrozenTest, freezeTests, tasksOf } from '../store.ts'
import { texts } from '../texts.ts'

/**
 * Prepares the repository once: documents, TODO.md and the acceptance tests, which are written from the approved brief
 * before any code and frozen. A test that passes on a stub which does nothing is left out.
 */
export async function prepare(ground: Ground): Promise<WorkResult<'building'>> {
  const { brief, plan } = ground.project.file
  invariant(brief !== null && plan !== null, 'a project is prepared from its brief and plan')
  await ground.show('The Architect writes the documents')
  const written = await askFor(ground, documents, { brief, plan })
  if (!written.ok) return written.stopped
  await ground.show('The Architect writes the acceptance tests')
  const secrets = await secretsOf(ground.parts.database.sql, ground.project.id)
  const asked = await askFor(
    ground,
    acceptance,
    { brief, plan, howTestsRun: testsRun[plan.toolchain], secrets },
    { faults: found => acceptanceFaults(found, brief, plan) },
  )
  if (!asked.ok) return asked.stopped
  return freeze(ground, plan, written.value, asked.value)
}

async function freeze(
  ground: Ground,
  plan: Plan,
  written: Documents,
  asked: Acceptance,
): Promise<WorkResult<'building'>> {
  const { project } = ground
  await ground.show('Making sure that the acceptance tests fail before there is code')
  const tried = await vacuousTests(ground, plan, asked)
  if (!tried.ok) return tried.stopped
  const { vacuous } = tried
  const kept = asked.tests.filter(test => !vacuous.includes(test.path))
  if (kept.length === 0) return rest('provider', texts.vacuousTests, { afresh: true })
  const commit = await commitPreparation(ground, [
    ...documentFiles(written),
    ...kept.filter(test => !test.hidden),
  ])
  return outcome('prepared', {
    file: { prepared: true },
    events: [
      { type: 'prepared', acceptanceTests: kept.length, hidden: kept.filter(test => test.hidden).length },
      { type: 'committed', task: null, commit, tasksDone: 0, tasks: plan.tasks.length },
    ],
    says: vacuous.length > 0 ? [texts.vacuousDropped(vacuous.join(', '))] : [],
    write: tx =>
      freezeTests(
        tx,
        kept.map(test => frozen(project.id, test)),
      ),
  })
}

/** Paths of the tests that pass although there is no code: they prove nothing. */
async function vacuousTests(ground: Ground, plan: Plan, asked: Acceptance) {
  const stub = overlay(new Map(), asked.stub)
  const found = await runAcceptance(
    ground,
    overlay(stub, asked.tests),
    asked.tests.map(test => ({ ...test, command: testCommand(plan.toolchain, test.path, stub) })),
    { again: false },
  )
  if (!found.ok) return found
  const vacuous = asked.tests.filter((_, index) => found.checks[index]?.passed)
  return { ok: true as const, vacuous: vacuous.map(test => test.path) }
}

async function commitPreparation(ground: Ground, files: readonly TextFile[]): Promise<string> {
  const { parts, project } = ground
  const workspace = await parts.workspaceOf(project.id)
  const rows = await tasksOf(parts.database.sql, project.id)
  await workspace.restore()
  await workspace.write([
    ...files.map(({ path, content }) => ({ path, content })),
    { path: TODO_PATH, content: todoText(project, rows) },
  ])
  return workspace.commit({ message: 'Documents, plan and acceptance tests', step: stepOf(project) })
}

function documentFiles(written: Documents): TextFile[] {
  const { requirements, architecture, api, deployment } = written
  return [
    { path: 'docs/requirements.md', content: requirements },
    { path: 'docs/architecture.md', content: architecture },
    ...(api === undefined ? [] : [{ path: 'docs/api.md', content: api }]),
    { path: 'docs/deployment.md', content: deployment },
  ]
}

function frozen(projectId: string, test: AcceptanceTest): FrozenTest {
  const { path, criterion, dueAfter, hidden, content } = test
  return { projectId, path, criterion, dueAfter, hidden, content, sha256: sha256(content) }
}
