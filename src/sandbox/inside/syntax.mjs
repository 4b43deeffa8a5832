// Runs inside the sandbox, as `node syntax.mjs FILE…`: has Node read each script without running it, says what it does
// not understand, and ends with 1 if there was any. It wants a Node that tells modules by their syntax (22 or newer):
// a page's modules need no package.json that calls them so, and version 20 lets any error in such a file pass.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const COMPLAINT_LINES_MAX = 6

for (const file of process.argv.slice(2)) {
  const { status, stderr } = spawnSync(process.execPath, ['--check', resolve(file)], { encoding: 'utf8' })
  if (status === 0) continue
  process.exitCode = 1
  process.stdout.write(`${stderr.split('\n').slice(0, COMPLAINT_LINES_MAX).join('\n').trimEnd()}\n`)
}
