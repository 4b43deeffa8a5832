import { readdirSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { commandLines } from '../../../src/sandbox/supervise/processes.ts'

/** What the machine still has of the runs of one supervisor: one line for each thing; empty when there is nothing. */
export async function tracesOf(pid: number, stateDir: string): Promise<string> {
  const mark = `botwright-${pid}-`
  const processes = commandLines().filter(({ line, pid: own }) => line.includes(mark) && own !== process.pid)
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(line => line.includes(stateDir) || line.includes(mark))
  const state = await readdir(stateDir).catch((): string[] => [])
  return [
    ...processes.map(({ line }) => `process ${line}`),
    ...mounts.map(line => `mount ${line}`),
    ...groupsNamed('/sys/fs/cgroup', mark, GROUP_DEPTH_MAX).map(path => `group ${path}`),
    ...loopsIn(stateDir).map(path => `loop device of ${path}`),
    ...state.filter(name => name.startsWith(mark)).map(name => `directory ${name}`),
  ].join('\n')
}

const GROUP_DEPTH_MAX = 6

function groupsNamed(dir: string, mark: string, depth: number): string[] {
  if (depth === 0) return []
  return list(dir).flatMap(entry => {
    const path = join(dir, entry.name)
    if (!entry.isDirectory()) return []
    return [...(entry.name.includes(mark) ? [path] : []), ...groupsNamed(path, mark, depth - 1)]
  })
}

function loopsIn(stateDir: string): string[] {
  return list('/sys/block')
    .filter(({ name }) => name.startsWith('loop'))
    .map(({ name }) => read(`/sys/block/${name}/loop/backing_file`))
    .filter(path => path.includes(stateDir))
}

function list(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true })
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
