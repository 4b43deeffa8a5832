import { existsSync } from 'node:fs'
import type { Workspace } from '../../../src/sandbox/files.ts'
import { python, sh } from '../attempts.ts'
import { type Check, witnessed } from '../check.ts'

/** What a run leaves in its workspace, and what we make of it when we read it back. */
export const returned: readonly Check[] = [
  {
    name: 'a symbolic link to a file of the machine is not followed when it is read back',
    command: sh(
      'ln -s $BAIT_FILE a && ln -s /etc/shadow b && ln -s ../../../../../etc/passwd c && echo x > d',
    ),
    witness: readBack,
    holds: witnessed('d=644 2'),
  },
  {
    name: 'a symbolic link to a directory of the machine is not followed when it is read back',
    command: sh(
      'ln -s $BAIT_DIR a && ln -s / b && ln -s .. c && mkdir e && ln -s $BAIT_STATE e/f && echo x > d',
    ),
    witness: readBack,
    holds: witnessed('d=644 2'),
  },
  {
    name: 'a pipe or a socket does not hold up the reading back',
    command: python(
      "os.mkfifo('pipe'); socket.socket(socket.AF_UNIX).bind('socket'); open('d', 'w').write('x')",
    ),
    witness: readBack,
    holds: witnessed('d=644 1'),
  },
  {
    name: 'a setuid file comes back as an ordinary one',
    command: sh('cp /bin/true a && chmod 6755 a && truncate -s 5 a && chmod 6755 a'),
    witness: readBack,
    holds: witnessed('a=755 5'),
  },
  {
    name: 'a name with a line break or a quote is only a name',
    command: python("[open(name, 'w').write('x') for name in ['a\\nb', '..a', '\"', '$(id)']]"),
    witness: readBack,
    holds: witnessed('"=644 1, $(id)=644 1, ..a=644 1, a\nb=644 1'),
  },
  {
    name: 'a name that is no text does not break the reading back',
    command: python("open(b'bad-\\xff', 'w').write('x'); os.mkdir(b'\\xfe'); open('d', 'w').write('x')"),
    witness: readBack,
    holds: seen => seen.exitCode === 0 && /^(d=644 1|refused \w+)$/.test(seen.witnessed),
  },
  {
    name: 'what nobody may read does not break the reading back',
    command: sh(
      'echo x > d; echo x > locked; chmod 0 locked; mkdir closed; echo x > closed/in; chmod 0 closed',
    ),
    witness: readBack,
    holds: seen => seen.exitCode === 0 && !seen.witnessed.startsWith('broken'),
  },
  {
    name: 'a path too long to be named does not break the reading back',
    command: python(
      `open('d', 'w').write('x')
for _ in range(60):
    os.mkdir('d' * 200 if _ else 'deep')
    os.chdir('d' * 200 if _ else 'deep')
open('in', 'w').write('x')`,
    ),
    witness: readBack,
    holds: seen => seen.exitCode === 0 && /^(d=644 1|refused \w+)$/.test(seen.witnessed),
  },
  {
    name: 'a file that says it is huge is refused when it is read back',
    command: sh('truncate -s 200M sparse'),
    witness: readBack,
    holds: witnessed('refused too_large'),
  },
  {
    name: 'a workspace of very many files is refused when it is read back',
    command: python("for n in range(20001): os.close(os.open(f'f{n}', os.O_CREAT | os.O_WRONLY))"),
    witness: readBack,
    holds: witnessed('refused too_large'),
  },
  {
    name: 'what was made hard to remove is removed all the same',
    command: python(
      `for _ in range(60):
    os.mkdir('d' * 100)
    os.chdir('d' * 100)
os.chdir('/workspace')
os.mkdir('locked')
open('locked/file', 'w').close()
os.chmod('locked', 0)`,
    ),
    witness: async workspace => {
      await workspace.dispose()
      return existsSync(workspace.dir) ? 'left' : 'gone'
    },
    holds: witnessed('gone'),
  },
]

/** What comes back: each file with its mode and its length, or why not. */
async function readBack(workspace: Workspace): Promise<string> {
  const back = await workspace.read().catch(error => ({ ok: false, reason: 'broken', says: String(error) }))
  if (!('value' in back)) return back.reason === 'broken' ? `broken: ${back.says}` : `refused ${back.reason}`
  const lines = [...back.value].map(
    ([path, { content, mode = 0 }]) => `${path}=${mode.toString(8)} ${content.length}`,
  )
  return lines.sort().join(', ')
}
