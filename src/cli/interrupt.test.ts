import { expect, test } from 'vitest'
import { type Client, clientOf } from './client.ts'
import { farewell, interruptible, Left } from './interrupt.ts'
import { moneyOf } from './money.ts'
import { openTerminal } from './terminal.ts'

const PROJECT = { id: 'p', spentCredits: '12.345', waits: false }
const BILLING = { shows: 'credits', creditUsd: '0.01' } as const
const CREDITS = moneyOf(BILLING)

const client: Client = clientOf({
  here: true,
  close: async () => {},
  fetch: async path => Response.json(path === '/api/session' ? { billing: BILLING } : PROJECT),
})

function stand() {
  let shown = ''
  const write = (text: string) => {
    shown += text
  }
  const terminal = openTerminal(false, { isTTY: true, columns: 40, write })
  return { stand: { here: true, client, terminal }, shown: () => shown }
}

test('Ctrl-C wipes the status line and says what becomes of the project', async () => {
  const { stand: here, shown } = stand()
  here.terminal.status('working')
  const followed = interruptible(here, 'p', async signal => {
    const aborted = new Promise(resolve => signal.addEventListener('abort', resolve))
    process.emit('SIGINT')
    await aborted
  })
  await expect(followed).rejects.toMatchObject({
    code: 130,
    message:
      'Stopped. Project p is kept; it has cost 12.35 credits so far. Go on with ./start, or with: ./botwright events p --follow',
  })
  expect(shown()).toBe('working\r\u001b[2K')
  process.removeAllListeners('SIGINT')
})

test('Ctrl-C in a prompt is the same', async () => {
  const followed = interruptible(stand().stand, 'p', async () => {
    throw new Left('left')
  })
  await expect(followed).rejects.toMatchObject({ code: 130 })
})

test('whoever is not interrupted gets the project, or what went wrong, and no listener is left', async () => {
  const before = process.listenerCount('SIGINT')
  expect(await interruptible(stand().stand, 'p', async () => 'done')).toBe('done')
  const failing = interruptible(stand().stand, 'p', async () => {
    throw new Error('lost')
  })
  await expect(failing).rejects.toThrow('lost')
  expect(process.listenerCount('SIGINT')).toBe(before)
})

test.each([
  [true, true, 'Project p is kept and waits for you; it has cost 12.35 credits so far. Answer on the page'],
  [false, false, 'The server goes on with project p; it has cost 12.35 credits so far. Follow it with:'],
])('here: %s, waits: %s: %s', (here, waits, says) => {
  expect(farewell({ here }, { ...PROJECT, waits }, CREDITS)).toContain(says)
})
