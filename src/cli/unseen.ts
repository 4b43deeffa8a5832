import { readFileSync } from 'node:fs'
import { isCancel, password } from '@clack/prompts'
import { Refused } from './exit.ts'

const STDIN = 0

/**
 * What must not be an argument, because every user of the machine could read it in the list of processes: it comes from
 * standard input, or is typed unseen. Asked for on standard error: standard output may be JSON.
 */
export async function readUnseen(message: string, left: string): Promise<string> {
  if (!process.stdin.isTTY) return readFileSync(STDIN, 'utf8')
  const typed = await password({ message, output: process.stderr })
  if (isCancel(typed)) throw new Refused(left)
  return typed
}
