import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { execute } from '../supervise/process.ts'
import { command, type Engine } from './engine.ts'

/** A small image for tests out of programs of this machine: no registry is needed. */
export const TRIAL_IMAGE = 'localhost/botwright-trial:1'

const PROGRAMS = [
  ...['sh', 'cat', 'ls', 'echo', 'sleep', 'env', 'id', 'head', 'tail', 'yes', 'tr', 'cut', 'grep', 'printf'],
  ...['true', 'touch', 'seq', 'kill', 'mkfifo', 'rm', 'unshare'],
]
/** What Node is linked to, and the programs are not. */
const LIBRARIES_OF = [process.execPath]

/** Makes the image with this engine; removes what it was made of. */
export async function makeTrialImage(engine: Engine): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'botwright-image-'))
  try {
    await makeTree(join(dir, 'root'))
    await execute('/bin/tar', ['-C', join(dir, 'root'), '-cf', join(dir, 'image.tar'), '.'])
    await command(engine, ['import', join(dir, 'image.tar'), TRIAL_IMAGE])
  } finally {
    await rm(dir, { recursive: true })
  }
}

async function makeTree(root: string): Promise<void> {
  for (const directory of DIRECTORIES) await mkdir(join(root, directory), { recursive: true })
  await execute('/bin/chmod', ['1777', join(root, 'tmp')])
  for (const link of ['bin', 'lib', 'lib64']) await symlink(`usr/${link}`, join(root, link))
  const programs = PROGRAMS.map(name => `/usr/bin/${name}`)
  for (const program of programs) await copy(program, join(root, 'usr', 'bin', basename(program)))
  const libraries = await Promise.all([...programs, ...LIBRARIES_OF].map(librariesOf))
  for (const library of new Set(libraries.flat())) await copy(library, join(root, 'usr', underUsr(library)))
}

const DIRECTORIES = [
  'usr/bin',
  'usr/lib',
  'usr/lib64',
  'etc',
  'tmp',
  'proc',
  'dev',
  'sys',
  'run',
  'workspace',
]

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to, { dereference: true })
}

function underUsr(path: string): string {
  return path.startsWith('/usr/') ? path.slice('/usr/'.length) : path.slice(1)
}

async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await execute('/usr/bin/ldd', [program])
  return stdout.match(/\/\S+\.so[.\d]*/g) ?? []
}
