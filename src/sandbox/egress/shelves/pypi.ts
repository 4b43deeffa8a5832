import { done, type Result, refuse } from '../../../failure.ts'
import { sha256 } from '../../../id.ts'
import type { Asked, Load, LoadReason, Page, Settings, Shelf, ShelfParts, Wanted } from './shelf.ts'
import { type IndexFile, JSON_TYPE, readIndex, writeIndex } from './simpleIndex.ts'

const NAME = '[A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?'
const PAGE = new RegExp(`^/simple/(${NAME})/?$`)
const FILENAME = /^[\w.+!~-]+\.(?:whl|tar\.gz|zip|tar\.bz2|tgz)$/
const FILE = /^\/files\/([a-z0-9]+(?:-[a-z0-9]+)*)\/([\da-f]{32})\/([^/%]+?)(\.metadata)?$/
const ACCEPT = `${JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1`

export function pypiShelf(parts: ShelfParts): Shelf {
  const { base } = parts.upstream
  return {
    sample: 'six/',
    find(path, asked) {
      const [page, written = ''] = PAGE.exec(path) ?? []
      if (page !== undefined) return indexPage(parts, normalised(written), asked)
      const [file, project = '', id = '', filename = '', metadata = ''] = FILE.exec(path) ?? []
      if (file === undefined || !FILENAME.test(filename)) return null
      const address = async (load: Load) => {
        const found = await fileAddress(parts, load, project, id)
        return found.ok ? done(withSuffix(found.value, metadata)) : found
      }
      return { kind: 'artefact', address }
    },
  }

  function indexPage({ links }: ShelfParts, project: string, { root, accept }: Asked): Wanted {
    const address = `${base}${project}/`
    const rewrite = (page: Page) => {
      const files = readIndex(page)
      if (files === null) return null
      const moved = files.flatMap(file => move(file, { project, address, root, links }))
      return writeIndex(project, moved, accept)
    }
    return { kind: 'page', address, accept: ACCEPT, rewrite }
  }
}

/** pip and uv both; the index is the only one, whatever a project's own configuration adds. */
export function pypiSettings(root: string): Settings {
  const index = `${root}/simple/`
  const env = {
    PIP_INDEX_URL: index,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PIP_RETRIES: '2',
    UV_DEFAULT_INDEX: index,
  }
  return { env, files: new Map() }
}

/** Names are compared without case and with every run of `-`, `_` and `.` as one `-`. */
function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-')
}

type Place = { project: string; address: string; root: string; links: ShelfParts['links'] }

/** The file under an address of the mirror; none when its address or name cannot be one. */
function move(file: IndexFile, { project, address, root, links }: Place): IndexFile[] {
  if (!URL.canParse(file.url, address) || !FILENAME.test(file.filename)) return []
  const to = new URL(file.url, address)
  to.hash = ''
  const id = idOf(to.href)
  links.add(linkOf(project, id), to.href)
  return [{ ...file, url: `${root}/files/${project}/${id}/${file.filename}` }]
}

const idOf = (address: string) => sha256(address).slice(0, 32)
const linkOf = (project: string, id: string) => `pypi ${project} ${id}`

/** Where a file lies, as its project's page said or, when that is forgotten, says again. */
async function fileAddress(
  { links, upstream }: ShelfParts,
  load: Load,
  project: string,
  id: string,
): Promise<Result<string, LoadReason>> {
  const known = links.find(linkOf(project, id))
  if (known !== undefined) return done(known)
  const address = `${upstream.base}${project}/`
  const page = await load(address, ACCEPT)
  if (!page.ok) return page
  for (const file of readIndex(page.value) ?? []) move(file, { project, address, root: '', links })
  const found = links.find(linkOf(project, id))
  return found === undefined ? refuse('absent', `${project} has no such file`) : done(found)
}

/** PEP 658: the metadata lie beside the file. */
function withSuffix(address: string, suffix: string): string {
  const url = new URL(address)
  url.pathname += suffix
  return url.href
}
