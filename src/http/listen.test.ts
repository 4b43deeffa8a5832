import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDoors } from './listen.ts'

const front = () => new Response('')
const fronts = { web: front, operator: front, engines: front }

async function inFolder(play: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'doors-'))
  try {
    await play(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function socketsIn(dir: string, name: string) {
  return { socket: join(dir, name), engineSocket: join(dir, `${name}-engines`) }
}

test('a port that is taken is refused in plain words, and so is a folder with too long a name', () =>
  inFolder(async dir => {
    const opened = await openDoors(fronts, { port: 0, ...socketsIn(dir, 'one') })
    if (!opened.ok) throw new Error(opened.says)
    const { port, close } = opened.value
    try {
      expect(await openDoors(fronts, { port, ...socketsIn(dir, 'two') })).toEqual({
        ok: false,
        reason: 'port',
        says: `Port ${port} is used by another program. Set PORT to another one.`,
      })
      const long = await openDoors(fronts, { port: 0, ...socketsIn(dir, 'x'.repeat(200)) })
      expect(long.ok ? '' : long.says).toMatch(/^The socket .* has too long a path\. Set DATA_DIR/)
    } finally {
      await close()
    }
  }))
