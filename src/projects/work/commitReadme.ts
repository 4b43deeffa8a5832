import type { Readme } from '../../agents/readme.ts'
import { renderReadme } from '../../agents/readmeText.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { textsIn } from '../draft.ts'
import type { ProjectEvent } from '../event.ts'
import type { Ground } from '../ground.ts'
import { stepOf, TODO_PATH, todoText } from '../repository.ts'
import { EXAMPLE_PATH, exampleWith, secretsText } from '../secrets/secretsText.ts'
import { type NamedSecret, secretsOf } from '../secrets/store.ts'
import { tasksOf } from '../store.ts'

const README_PATH = 'README.md'

/**
 * Commits the README, and TODO.md as the tasks stand: skipping one is no commit of its own. The README was asked for in
 * the step before: had that step also made the commit, a crash after it would change the tree that the question is
 * asked about, and the same call would be made and paid again in other words.
 */
export async function commitReadme(
  ground: Ground,
  readme: Readme,
): Promise<{ commit: string; event: ProjectEvent }> {
  const { parts, project } = ground
  const rows = await tasksOf(parts.database.sql, project.id)
  const workspace = await parts.workspaceOf(project.id)
  const secrets = await secretsOf(parts.database.sql, project.id)
  await workspace.restore()
  await workspace.write([
    { path: README_PATH, content: renderReadme(withSecrets(readme, secretsText(secrets))) },
    { path: TODO_PATH, content: todoText(project, rows) },
    ...(secrets.length === 0 ? [] : [{ path: EXAMPLE_PATH, content: await exampleIn(workspace, secrets) }]),
  ])
  const commit = await workspace.commit({ message: 'README', step: stepOf(project) })
  const tasksDone = rows.filter(row => row.status === 'done').length
  return { commit, event: { type: 'committed', task: null, commit, tasksDone, tasks: rows.length } }
}

function withSecrets(readme: Readme, said: string): Readme {
  return { ...readme, configuration: [readme.configuration, said].filter(text => text !== '').join('\n\n') }
}

async function exampleIn(workspace: Workspace, secrets: readonly NamedSecret[]): Promise<string> {
  const there = textsIn(await workspace.snapshot()).get(EXAMPLE_PATH)
  return exampleWith(there ?? '', secrets)
}
