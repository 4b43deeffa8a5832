import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileContent } from '../files.ts'
import { createFixtures } from '../fixtures.ts'
import { createScratch, createWorkspaces } from '../workspaces.ts'
import { createBubblewrap } from './bubblewrap.ts'
import { type Host, readHost } from './host.ts'

/**
 * A supervisor for tests that is killed in the middle of setting up: `node trialDeath.ts STATE_DIR POINT`, where the
 * point is one of those below.
 */
const POINTS: Readonly<Record<string, () => Promise<unknown>>> = {
  'a scratch directory is made': async () => {
    await createScratch(stateDir)
    die()
  },
  'a workspace is mounted and not filled': () => workspaces.create(new Deadly([['file', { content: '' }]])),
  'a workspace is made': async () => {
    await workspaces.create(new Map())
    die()
  },
  'a group is made and not joined': () => run({ ...host, tools: deadlyTools(host) }),
  'a group is joined': async () => run({ ...host, tools: { ...host.tools, ...(await deadlyProgram()) } }),
}

/** Files whose names cannot be asked for. */
class Deadly extends Map<string, FileContent> {
  override keys() {
    die()
    return super.keys()
  }
}

const [, , stateDir = '', point = ''] = process.argv
await mkdir(stateDir, { recursive: true, mode: 0o711 })
const fixtures = await createFixtures(stateDir)
const host = await readHost()
const workspaces = createWorkspaces(stateDir, host.uids)
await POINTS[point]?.()

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

async function run(deadly: Host): Promise<void> {
  const places = { mounts: [], path: [] }
  const backend = createBubblewrap({
    ...{ host: deadly, stateDir, nodePath: process.execPath, places, fixtures, workspaces },
  })
  const workspace = await backend.workspace(new Map())
  await backend.run({ workspace: workspace.dir, phase: 'test', command: ['sleep', '30'] })
}

/** Tools are asked for when the group is there and nothing is started. */
function deadlyTools({ tools }: Host): Host['tools'] {
  return {
    ...tools,
    get prlimit() {
      die()
      return tools.prlimit
    },
  }
}

/** Started in the group, before the sandbox and in its place. */
async function deadlyProgram(): Promise<Partial<Host['tools']>> {
  const program = join(stateDir, 'deadly')
  await writeFile(program, `#!/bin/sh\nkill -9 ${process.pid}\nsleep 30\n`)
  await chmod(program, 0o755)
  return process.getuid?.() === 0 ? { setpriv: program } : { bwrap: program }
}
