import { spawn } from 'node:child_process'
import { chmod, chown, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Told } from './tell.ts'

const ROOT = join(import.meta.dirname, '../../..')
const NOBODY = 65534

/** In a mount namespace of its own: the checkout in a place that everybody can reach, and then somebody else. */
const ENTER = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'

/** Tries every check as an ordinary user: this one, or, as root, one that owns nothing. */
export async function tellAsOrdinary(): Promise<Told[]> {
  const dir = await mkdtemp(join(tmpdir(), 'o-'))
  try {
    return await tellIn(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function tellIn(dir: string): Promise<Told[]> {
  const [checkout, own, node] = [join(dir, 'checkout'), join(dir, 'own'), join(dir, 'node')]
  await chmod(dir, 0o755)
  await mkdir(checkout)
  await mkdir(own, { mode: 0o711 })
  await copyFile(process.execPath, node)
  const isRoot = process.getuid?.() === 0
  if (isRoot) await chown(own, NOBODY, NOBODY)
  const before = isRoot ? asNobody(checkout) : []
  const [file = node, ...args] = [...before, node, join(isRoot ? checkout : ROOT, 'tests/escape/runner.ts')]
  const env = { PATH: process.env.PATH ?? '', TMPDIR: own, HOME: own }
  const runner = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = await Promise.all([text(runner.stdout), text(runner.stderr)])
  if (!stdout.startsWith('[')) throw new Error(`the runner said: ${stderr.slice(0, 2000)}`)
  return JSON.parse(stdout)
}

function asNobody(checkout: string): string[] {
  const namespace = [
    '/usr/bin/unshare',
    '--mount',
    '--propagation',
    'private',
    '--',
    '/bin/sh',
    '-c',
    ENTER,
    'enter',
  ]
  const user = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--inh-caps=-all']
  return [...namespace, ROOT, checkout, '/usr/bin/setpriv', ...user, '--']
}
