import { join } from 'node:path'
import { basic, type Credentials } from './address.ts'
import type { Machine } from './machine.ts'

/** Names and passwords by host, as pip and Go read them from `.netrc`. */
export async function netrcCredentials({ home, env, read }: Machine): Promise<Credentials> {
  const text = await read(env.NETRC ?? join(home, '.netrc'))
  const hosts = parseNetrc(text ?? '')
  return ({ hostname }) => {
    const authorization = hosts.get(hostname)
    return authorization === undefined ? {} : { authorization }
  }
}

function parseNetrc(text: string): ReadonlyMap<string, string> {
  const words = text.replace(/^\s*#.*$/gm, '').split(/\s+/)
  const hosts = new Map<string, string>()
  let [host, login] = ['', '']
  for (const [index, word] of words.entries()) {
    const next = words[index + 1] ?? ''
    if (word === 'machine') [host, login] = [next, '']
    if (word === 'login') login = next
    if (word === 'password' && host !== '' && !hosts.has(host)) hosts.set(host, basic(login, next))
  }
  return hosts
}
