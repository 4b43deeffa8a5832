import { parseObject } from '../shelves/shelf.ts'
import { either, type Found, readAddress } from './address.ts'
import type { Machine } from './machine.ts'
import { netrcCredentials } from './netrc.ts'

/** The first proxy of `GOPROXY`; what Go would get directly from version control is not to be had. */
export async function readGo(machine: Machine): Promise<Found> {
  const said = await machine.ask('go', ['env', '-json', 'GOPROXY', 'GOSUMDB', 'GONOSUMDB'])
  if (said === null) return { missing: 'go is not installed here.' }
  const { GOPROXY = '', GOSUMDB = '', GONOSUMDB = '' } = textsOf(parseObject(said) ?? {})
  const address = GOPROXY.split(/[,|]/)
    .map(readAddress)
    .find(one => one !== null)
  if (address === null || address === undefined) return { missing: 'go uses no proxy here (GOPROXY).' }
  const { base, credentials } = address
  const name = GOSUMDB === '' || GOSUMDB === 'off' ? null : GOSUMDB
  return {
    upstream: {
      base,
      credentials: either(credentials, await netrcCredentials(machine)),
      checksums: { name, exempt: GONOSUMDB },
    },
  }
}

function textsOf(values: Record<string, unknown>): Partial<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}
