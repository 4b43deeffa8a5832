import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { doorwayFor, NO_DOORWAY } from './doorway.ts'

let root = ''
let facts = { unshare: '/usr/bin/unshare', mount: '/usr/bin/mount', places: ['/opt', '/mnt'], dir: '' }
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'botwright-doorway-'))
  facts = { ...facts, dir: join(root, 'run') }
  await mkdir(facts.dir)
  await mkdir(join(root, 'data/state/one'), { recursive: true })
  await writeFile(join(root, 'data/state/file'), '')
  for (const directory of ['', 'data', 'data/state']) await chmod(join(root, directory), 0o755)
})
afterEach(() => rm(root, { recursive: true }))

const inState = (name: string) => join(root, 'data/state', name)
const table = () => readFile(join(facts.dir, 'doors.fstab'), 'utf8')

test('what everybody can reach needs no doorway', () => {
  expect(doorwayFor([inState('one'), '/usr/bin/env'], facts)).toBe(NO_DOORWAY)
})

test('one private directory on the way is one door, for all that lies behind it', async () => {
  await chmod(join(root, 'data'), 0o700)
  const { path } = doorwayFor(['/usr/bin/env', inState('one'), inState('file')], facts)
  expect([path(inState('one')), path(inState('file'))]).toEqual(['/opt/0/one', '/opt/0/file'])
  expect(path('/usr/bin/env')).toBe('/usr/bin/env')
  expect((await table()).trim().split('\n')).toHaveLength(2)
  expect(await table()).toContain(`${join(root, 'data/state')} /opt/0 none rbind 0 0\n`)
})

test('behind two private directories the inner door counts', async () => {
  await chmod(join(root, 'data'), 0o700)
  await chmod(inState(''), 0o700)
  await mkdir(join(root, 'data/other'))
  const { path } = doorwayFor([join(root, 'data/other'), inState('one')], facts)
  expect(path(inState('one'))).toMatch(/^\/opt\/\d$/)
  expect(path(join(root, 'data/other'))).toMatch(/^\/opt\/\d$/)
})

test('of doors behind each other the innermost is taken', async () => {
  await chmod(join(root, 'data'), 0o700)
  await mkdir(inState('one/closed/in'), { recursive: true })
  await chmod(inState('one/closed'), 0o700)
  const { path } = doorwayFor([inState('file'), inState('one/closed/in')], facts)
  expect(path(inState('one/closed/in'))).toBe('/opt/0')
  expect(path(inState('file'))).toBe('/opt/1/file')
})

test('nothing is mounted over what is to be found', async () => {
  await chmod(join(root, 'data'), 0o700)
  expect(doorwayFor(['/opt/toolchain', inState('one')], facts).path(inState('one'))).toBe('/mnt/0/one')
})
