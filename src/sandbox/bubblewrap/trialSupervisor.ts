import { openSandbox } from '../open.ts'

/**
 * A supervisor of its own for tests, which may have another user, other descriptors, another environment, and may be
 * killed: `node trialSupervisor.ts STATE_DIR SCRIPT [none]` runs the script in a sandbox, or in none, and prints the result
 * as JSON.
 */
const [, , stateDir = '', script = '', backend] = process.argv
const name = backend === 'none' ? 'none' : 'bubblewrap'
const opened = await openSandbox({ backend: name, stateDir, nodePath: process.execPath, slots: 1 })
if (!opened.ok) throw new Error(opened.says)
const workspace = await opened.value.workspace(new Map([['given', { content: 'given' }]]))
const command = ['/bin/sh', '-c', script]
const result = await opened.value.run({ workspace: workspace.dir, phase: 'test', command })
await workspace.dispose()
await opened.value.close()
process.stdout.write(JSON.stringify(result))
