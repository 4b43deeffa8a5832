import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describing, openStage } from '../../tests/stories/stage.ts'
import { insertDelivery } from '../projects/store.ts'
import { zip } from '../workspace/archive.ts'
import type { FilesView, ProjectView } from './views.ts'

type Stage = Awaited<ReturnType<typeof openStage>>
type Asking = { method?: string; body?: string; headers?: Record<string, string> }

const HOST = '127.0.0.1:8080'
let stage: Stage
let link: string
let cookie: string

beforeAll(async () => {
  stage = await openStage()
  link = await linkOf(stage)
  const opened = await ask(link)
  cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}, 120_000)
afterAll(() => stage.close(), 120_000)

async function linkOf({ app }: Stage): Promise<string> {
  const listening = await app.listen()
  if (!listening.ok) throw new Error(listening.says)
  const { pathname, search } = new URL(listening.value.link)
  return pathname + search
}

/** As somebody whom nobody knows. */
function ask(path: string, { method = 'GET', body, headers = {} }: Asking = {}): Promise<Response> {
  const request = new Request(`http://${HOST}${path}`, {
    method,
    headers: { host: HOST, ...headers },
    ...(body === undefined ? {} : { body }),
  })
  return Promise.resolve(stage.app.web.fetch(request))
}

/** As the browser that opened the link. */
function own(path: string, asking: Asking = {}): Promise<Response> {
  return ask(path, { ...asking, headers: { cookie, ...asking.headers } })
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const usual = { 'content-type': 'application/json', origin: `http://${HOST}` }
  return own(path, { method: 'POST', body, headers: { ...usual, ...headers } })
}

function logOf({ app }: Stage): Promise<string> {
  return readFile(join(app.config.dataDir, 'botwright.log'), 'utf8').catch(() => '')
}

async function refusal(response: Response): Promise<{ status: number; reason: string; says: string }> {
  const said = (await response.json()) as { reason: string; says: string }
  expect(Object.keys(said).sort()).toEqual(['reason', 'says'])
  expect(said.says).toMatch(/^[A-Z].*[.]$/s)
  return { status: response.status, ...said }
}

describe('the way in', () => {
  test.each(['/api/session', '/api/projects', '/api/openapi.json', '/api/ledger/audit', '/api/nowhere'])(
    '%s is closed to a stranger',
    async path => {
      expect(await refusal(await ask(path))).toMatchObject({ status: 401, reason: 'sign-in' })
    },
  )

  test('a cookie that was made up opens nothing', async () => {
    const [name] = cookie.split('=')
    const response = await ask('/api/session', { headers: { cookie: `${name}=${'0'.repeat(64)}` } })
    expect(response.status).toBe(401)
  })

  test('the cookie of the link opens the door, and no script or other site gets it', async () => {
    expect((await own('/api/session')).status).toBe(200)
    const other = await openStage()
    try {
      const opened = await other.app.web.fetch(
        new Request(`http://${HOST}${await linkOf(other)}`, { headers: { host: HOST } }),
      )
      expect(opened.headers.get('set-cookie')).toMatch(/HttpOnly/)
      expect(opened.headers.get('set-cookie')).toMatch(/SameSite=Strict/)
    } finally {
      await other.close()
    }
  }, 120_000)

  test('the link works once, and a wrong one never', async () => {
    for (const path of [link, '/sign-in', `/sign-in?token=${'x'.repeat(64)}`]) {
      const response = await ask(path)
      expect(response.status).toBe(403)
      expect(response.headers.get('set-cookie')).toBeNull()
      expect(await response.text()).toContain('./botwright link')
    }
  })

  test.each(['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', 'localhost.evil.example:80', ''])(
    'a page that calls this machine "%s" is refused',
    async host => {
      for (const path of ['/api/session', '/sign-in?token=x', '/'])
        expect(await refusal(await own(path, { headers: { host } }))).toMatchObject({ status: 403 })
    },
  )

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:9999', 'https://127.0.0.1:8080'])(
    'a page of %s changes nothing',
    async origin => {
      const body = JSON.stringify({ description: describing('tally') })
      expect(await refusal(await post('/api/projects', body, { origin }))).toMatchObject({ status: 403 })
      expect(await stage.client.projects()).toEqual([])
    },
  )

  test('a request without an origin changes nothing', async () => {
    const response = await own('/api/projects', { method: 'POST', body: '{}' })
    expect(await refusal(response)).toMatchObject({ status: 403, reason: 'foreign' })
  })
})

describe('what cannot be understood', () => {
  test.each(['{', '', 'null', '[]', '"text"', '{"description": 7}', '{"description": null}'])(
    '%s is no new project',
    async body => {
      expect(await refusal(await post('/api/projects', body))).toMatchObject({
        status: 400,
        reason: 'malformed',
      })
    },
  )

  test('a form is no JSON', async () => {
    const response = await post('/api/projects', 'description=tally', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(await refusal(response)).toMatchObject({ status: 415, reason: 'malformed' })
  })

  test('a body of a megabyte is refused unread', async () => {
    const body = JSON.stringify({ description: 'a'.repeat(1024 * 1024) })
    expect(await refusal(await post('/api/projects', body))).toMatchObject({
      status: 413,
      reason: 'too-large',
    })
  })

  test.each([
    ['{"description": 7}', 'The field description is not text.'],
    ['{}', 'The field description is missing.'],
    ['[]', 'What was sent is not an object.'],
  ])('%s is refused in plain words', async (body, says) => {
    const said = await refusal(await post('/api/projects', body))
    // Our own schema speaks for the description.
    expect([says, 'Send the description as text.']).toContain(said.says)
  })

  test('none of it made a project', async () => {
    expect(await stage.client.projects()).toEqual([])
  })

  test('a word that no project knows is refused with those that it may', async () => {
    const project = await stage.client.create('Something that the rehearsal does not know')
    for (const body of ['{"type":"explode"}', '{}', '{"type":"change"}', '{"type":"undo","task":"7"}']) {
      const said = await refusal(await post(`/api/projects/${project.id}/say`, body))
      expect(said).toMatchObject({ status: 400, reason: 'malformed' })
      expect(said.says).not.toMatch(/Invalid|expected|received|discriminator/)
    }
  })
})

describe('what is not there', () => {
  const nowhere = ['', '/attempts', '/calls', '/files', '/file?path=README.md', '/download', '/events']

  test.each(nowhere)('a project nobody has has no %s', async path => {
    expect(await refusal(await own(`/api/projects/nobody${path}`))).toMatchObject({
      status: 404,
      reason: 'not-found',
    })
  })

  test('an address that does not exist says so', async () => {
    expect(await refusal(await own('/api/nowhere'))).toMatchObject({ status: 404, reason: 'not-found' })
    expect((await refusal(await post('/api/nowhere', '{}'))).status).toBe(404)
  })

  test('nothing can be said to a project nobody has', async () => {
    expect((await refusal(await post('/api/projects/nobody/say', '{"type":"cancel"}'))).status).toBe(404)
  })

  test.each(['%00', 'a%00b', '..%2f', "'; drop table projects; --", '%f0%9f%98%80', 'x'.repeat(16)])(
    'an id like %s leads nowhere, and no word of the database is logged',
    async id => {
      for (const path of nowhere) {
        const { status, says } = await refusal(await own(`/api/projects/${id}${path}`))
        expect([400, 404]).toContain(status)
        expect(says).not.toMatch(/select|Failed query/i)
      }
      expect((await refusal(await post(`/api/projects/${id}/say`, '{"type":"cancel"}'))).status).toBe(404)
      expect(await logOf(stage)).not.toMatch(/Failed query|params/)
    },
  )

  test('a task or a user with odd characters is refused with a sentence', async () => {
    const project = await stage.client.create('Something that the rehearsal does not know')
    for (const task of ['%00', 'T', 'T1000', 'x'])
      expect((await refusal(await own(`/api/projects/${project.id}/attempts?task=${task}`))).status).toBe(400)
    const operator = (path: string, body: object) =>
      Promise.resolve(
        stage.app.operator.fetch(
          new Request(`http://${HOST}${path}`, { method: 'POST', body: JSON.stringify(body) }),
        ),
      )
    const grant = { user: 'own\0er', credits: '1', reason: 'why' }
    expect((await refusal(await operator('/api/operator/grants', grant))).status).toBe(400)
    expect((await refusal(await operator('/api/operator/keys/%00/disable', {}))).status).toBe(404)
    expect((await refusal(await operator('/api/operator/alerts/%00/seen', {}))).status).toBe(404)
  })

  test('an id or a path that is too long is refused', async () => {
    expect((await refusal(await own(`/api/projects/${'x'.repeat(41)}`))).status).toBe(400)
    expect((await refusal(await own(`/api/projects/x/file?path=${'x'.repeat(401)}`))).status).toBe(400)
  })
})

describe('files', () => {
  const outside = ['../lock', '../../lock', '/etc/passwd', '.git/config', './kept.txt', 'a/../kept.txt', '']

  test.each(outside)('the path "%s" leads nowhere', async path => {
    const project = await withFile()
    const response = await own(`/api/projects/${project.id}/file?path=${encodeURIComponent(path)}`)
    expect((await refusal(response)).status).toBe(404)
  })

  test('what was delivered is what is shown, with its proof', async () => {
    const project = await withFile()
    const before = await (await own(`/api/projects/${project.id}/files`)).json()
    expect(before).toMatchObject({ delivery: null, files: [{ path: 'kept.txt', bytes: 5 }] })
    const tree = new Map(
      ['kept.txt', 'PROOF.md'].map(path => [path, { content: Buffer.from(path), mode: 0o644 as const }]),
    )
    const delivery = { projectId: project.id, number: 1, commit: 'c', treeSha256: 't', proof: [] }
    await stage.app.parts.database.transaction(tx =>
      insertDelivery(tx, { ...delivery, zip: zip(tree, 'kept'), at: new Date(0) }),
    )
    const after = (await (await own(`/api/projects/${project.id}/files`)).json()) as FilesView
    expect(after).toMatchObject({ delivery: 1, commit: 'c' })
    expect(after.files.map(each => each.path).sort()).toEqual(['PROOF.md', 'kept.txt'])
    const read = await own(`/api/projects/${project.id}/file?path=PROOF.md`)
    expect(await read.json()).toEqual({ path: 'PROOF.md', text: 'PROOF.md', cut: false })
  })

  test('a committed text is read by its path', async () => {
    const project = await withFile()
    const response = await own(`/api/projects/${project.id}/file?path=kept.txt`)
    expect(await response.json()).toEqual({ path: 'kept.txt', text: 'kept\n', cut: false })
  })

  async function withFile(): Promise<ProjectView> {
    const project = await stage.client.create('Something that the rehearsal does not know')
    const workspace = await stage.app.parts.workspaceOf(project.id)
    await workspace.write([{ path: 'kept.txt', content: 'kept\n' }])
    await workspace.commit({ message: 'kept', step: `${project.id}:0` })
    return project
  }
})

describe('a link', () => {
  test('is made anew without a restart, and leads a browser that is in home', async () => {
    const request = new Request(`http://${HOST}/api/operator/link`, { method: 'POST' })
    const made = (await (await stage.app.operator.fetch(request)).json()) as { link: string }
    const { pathname, search } = new URL(made.link)
    expect((await ask(pathname + search)).headers.get('set-cookie')).toMatch(/^botwright=/)
    const used = await own(pathname + search)
    expect(used.status).toBe(403)
    const page = await used.text()
    expect(page).toContain('href="/"')
    expect(page).toContain('name="viewport"')
    const style = await ask('/sign-in.css')
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
  })

  test('is refused where no page is served', async () => {
    const idle = await openStage()
    const request = new Request(`http://${HOST}/api/operator/link`, { method: 'POST' })
    const response = await idle.app.operator.fetch(request)
    expect(await refusal(response)).toMatchObject({ status: 409, reason: 'not-now' })
    await idle.close()
  }, 120_000)
})

describe('the description of the API', () => {
  type Operation = { responses: Record<string, unknown> }
  type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }

  async function document(): Promise<Document> {
    return (await own('/api/openapi.json')).json() as Promise<Document>
  }

  test('names every address and nothing else', async () => {
    const { openapi, paths } = await document()
    expect(openapi).toBe('3.1.0')
    const of = '/api/projects/{id}'
    expect(Object.entries(paths).map(([path, by]) => `${Object.keys(by).join('+')} ${path}`)).toEqual([
      'get /api/session',
      'get+post /api/projects',
      `get ${of}`,
      `post ${of}/say`,
      `get ${of}/attempts`,
      `get ${of}/calls`,
      `get ${of}/files`,
      `get ${of}/file`,
      `get ${of}/download`,
      `get ${of}/events`,
      'get /api/ledger/audit',
      `get ${of}/pictures/{delivery}/{name}`,
      `get+post ${of}/secrets`,
      `post ${of}/secrets/remove`,
      `get+post ${of}/preview`,
      `post ${of}/preview/stop`,
      'get /api/credits',
      'get /api/packages',
      'post+get /api/orders',
      'get /api/orders/{id}',
    ])
  })

  test('says what each answers, and every reference in it leads somewhere', async () => {
    const whole = await document()
    for (const by of Object.values(whole.paths))
      for (const { responses } of Object.values(by)) expect(Object.keys(responses).length).toBeGreaterThan(0)
    for (const [, pointer = ''] of JSON.stringify(whole).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = pointer.split('/').reduce<unknown>((at, key) => Object(at)[key], whole)
      expect(found, pointer).toBeDefined()
    }
  })
})

describe('health', () => {
  test('anyone may ask whether it lives and is ready', async () => {
    expect(await (await ask('/health/live')).json()).toEqual({ live: true })
    expect(await (await ask('/health/ready')).json()).toEqual({ ready: true, sandbox: 'bubblewrap' })
  })

  test('a process that stops lives and is not ready', async () => {
    const stopping = await openStage()
    const health = (path: string) =>
      stopping.app.web.fetch(new Request(`http://${HOST}${path}`, { headers: { host: HOST } }))
    stopping.app.parts.running.stopAll()
    expect((await health('/health/ready')).status).toBe(503)
    expect((await health('/health/live')).status).toBe(200)
    await stopping.close()
    expect((await health('/health/ready')).status).toBe(503)
  }, 120_000)
})

describe('bugs', () => {
  test('what breaks inside is not shown', async () => {
    const broken = await openStage()
    const asked = new Request(`http://${HOST}/api/session`)
    await broken.close()
    const response = await broken.app.operator.fetch(asked)
    expect(await refusal(response)).toMatchObject({ status: 500, reason: 'trouble' })
  }, 120_000)
})
