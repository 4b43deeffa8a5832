import type { Right } from '../../../src/sandbox/kubernetes/rights.ts'

/** What a request wants, as an API server reads it out of its method and path. */
export type Wanted = {
  group: string
  resource: string
  verb: string
  namespace: string
  name: string | null
  query: URLSearchParams
}

const PATH = /^\/(?:api\/v1|apis\/([a-z0-9.]+)\/v1)\/namespaces\/([a-z0-9-]+)\/([a-z]+)(?:\/([a-z0-9.-]+))?$/

/** Null for a path that no API server has. */
export function wantedBy(method: string, url: string): Wanted | null {
  const { pathname, searchParams } = new URL(url, 'http://cluster')
  const [whole, group = '', namespace = '', resource = '', name = null] = PATH.exec(pathname) ?? []
  const verb = VERBS[`${method} ${name === null ? 'all' : 'one'}`]
  if (whole === undefined || verb === undefined) return null
  return { group, resource, verb, namespace, name, query: searchParams }
}

const VERBS: Readonly<Record<string, string>> = {
  'GET all': 'list',
  'GET one': 'get',
  'POST all': 'create',
  'PUT one': 'update',
  'PATCH one': 'patch',
  'DELETE one': 'delete',
  'DELETE all': 'deletecollection',
}

export function isGranted(rights: readonly Right[], wanted: Wanted): boolean {
  return rights.some(
    ({ group, resource, verbs }) =>
      group === wanted.group && resource === wanted.resource && verbs.includes(wanted.verb),
  )
}
