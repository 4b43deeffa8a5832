import { messageOf } from '../../../src/failure.ts'
import type { Phase } from '../../../src/sandbox/backend.ts'
import { python, sh } from '../attempts.ts'
import type { Check, HostCheck } from '../check.ts'
import { CREDENTIAL, openRegistry, type Registry, say } from '../stage/registry.ts'
import type { Stage } from '../stage/stage.ts'

const PHASES_WITHOUT: readonly Phase[] = ['scripts', 'lint', 'build', 'test', 'serve', 'prove']

const request = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'host: 127.0.0.1', 'connection: close', ...headers].join('\r\n')}\r\n\r\n`

/** The one way out: packages by GET and HEAD, and no other word to anybody. */
export const egress: readonly Check[] = [
  ...PHASES_WITHOUT.map(
    (phase): HostCheck => ({
      name: `in the phase ${phase} a door is refused`,
      tried: stage => throughBait(stage, phase),
      holds: answer => answer.startsWith('refused') && answer.includes('door'),
    }),
  ),
  {
    name: 'a door leads to its own server and nowhere else',
    tried: async stage => {
      const workspace = await stage.workspace(new Map())
      const command = python(
        `for host, port in [('127.0.0.1', 4567), ('127.0.0.1', int(os.environ['BAIT_PORT'])), ('192.0.2.1', 80)]:
    print(tried(lambda: socket.create_connection((host, port), 2).recv(9)))`,
      )
      const doors = [{ socket: stage.env.BAIT_SOCKET ?? '', port: 4567 }]
      const { stdout } = await stage.run({ workspace: workspace.dir, phase: 'fetch', command, doors })
      await workspace.dispose()
      return stdout.trim().replaceAll('\n', ' ')
    },
    holds: answer => answer === 'ok ECONNREFUSED ENETUNREACH',
  },
  {
    name: 'the socket of a door cannot be replaced, and no other lies beside it',
    tried: async stage => {
      const workspace = await stage.workspace(new Map())
      const command = sh(
        'rm -f /run/doors/0; mv /run/doors /run/x; touch /run/doors/1; ls -A /run/doors; ls -A /run',
      )
      const doors = [{ socket: stage.env.BAIT_SOCKET ?? '', port: 4567 }]
      const { stdout } = await stage.run({ workspace: workspace.dir, phase: 'fetch', command, doors })
      await workspace.dispose()
      return stdout.trim().replaceAll('\n', ' ')
    },
    holds: answer => answer === '0 doors',
  },
  mirror('the page of a package is answered', request('GET /npm/known'), '200', 1),
  ...['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'].map(method =>
    mirror(`${method} never leaves`, request(`${method} /npm/known`, 'content-length: 0'), '403', 0),
  ),
  mirror('a tunnel to another host is refused', request('CONNECT example.com:443'), '403', 0),
  {
    name: 'an upgrade to another protocol is not passed on',
    tried: () =>
      atMirror(async ({ opened, arrived }) => {
        const upgrade =
          'GET /npm/known HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'
        const answer = await say(opened.door.socket, upgrade + request('GET /npm/known'))
        return `${answer} ${arrived.join().includes('websocket')}`
      }),
    holds: answer => /^(200|403) false$/.test(answer),
  },
  mirror('a whole address of another host is refused', request('GET http://192.0.2.1/npm/known'), '403', 0),
  mirror('a path that begins like a host is refused', request('GET //192.0.2.1/npm/known'), '403', 0),
  mirror('a path that goes up is refused', request('GET /npm/../known'), '403', 0),
  mirror('a path that goes up in escapes is refused', request('GET /npm/%2e%2e/known'), '403', 0),
  mirror(
    'a path that goes up in escapes of escapes is refused',
    request('GET /npm/%252e%252e%252fknown'),
    '403',
    0,
  ),
  mirror('a path with a backslash is refused', request('GET /npm/..\\known'), '403', 0),
  mirror(
    'a path with a line break in escapes is refused',
    request('GET /npm/known%0d%0ahost:%20example.com'),
    '403',
    0,
  ),
  mirror('a path that is of no package is refused', request('GET /npm/-/whoami'), '403', 0),
  mirror('an ecosystem that the run was not given is refused', request('GET /pypi/simple/known/'), '403', 0),
  mirror(
    'a request with content is refused',
    `${request('GET /npm/known', 'content-length: 6')}secret`,
    '403',
    0,
  ),
  mirror(
    'a request hidden in the content of another is refused',
    `${request('GET /npm/known', 'transfer-encoding: chunked')}0\r\n\r\n${request('GET /npm/other')}`,
    '403',
    0,
  ),
  {
    name: 'neither query nor header of a run arrives at the registry',
    tried: () =>
      atMirror(async ({ opened, arrived }) => {
        const headers = [
          'x-secret: smuggled',
          'cookie: smuggled',
          'user-agent: smuggled',
          'authorization: smuggled',
        ]
        await say(
          opened.door.socket,
          request('GET /npm/known?data=smuggled', ...headers, 'accept: smuggled', 'host: smuggled'),
        )
        return `${arrived.length} ${arrived.join().includes('smuggled')}`
      }),
    holds: answer => answer === '1 false' || answer === '0 false',
  },
  {
    name: 'the credential of the machine goes to its registry and never into a run',
    tried: stage =>
      atMirror(async ({ opened, arrived }) => {
        const workspace = await stage.workspace(opened.files)
        const command = python(
          `import urllib.request
print(urllib.request.urlopen('http://127.0.0.1:${opened.door.port}/npm/known').headers, os.environ)`,
        )
        const spec = { phase: 'fetch', command, doors: [opened.door], env: opened.env } as const
        const { exitCode, stdout } = await stage.run({ ...spec, workspace: workspace.dir })
        await workspace.dispose()
        return `${exitCode} ${arrived.join().includes(CREDENTIAL)} ${stdout.includes(CREDENTIAL)}`
      }),
    holds: answer => answer === '0 true false',
  },
]

/** How the door answers these bytes, and how many requests the registry then had. */
function mirror(name: string, text: string, status: string, arrivals: number): HostCheck {
  const tried = () =>
    atMirror(async ({ opened, arrived }) => {
      const answer = await say(opened.door.socket, text)
      return `${answer} ${arrived.length}`
    })
  return {
    name,
    tried,
    holds: answer =>
      answer === `${status} ${arrivals}` || (arrivals === 0 && /^(400|closed) 0$/.test(answer)),
  }
}

async function atMirror(ask: (registry: Registry) => Promise<string>): Promise<string> {
  const registry = await openRegistry()
  try {
    return await ask(registry)
  } finally {
    await registry.close()
  }
}

async function throughBait(stage: Stage, phase: Phase): Promise<string> {
  const workspace = await stage.workspace(new Map())
  const doors = [{ socket: stage.env.BAIT_SOCKET ?? '', port: 4567 }]
  try {
    const { stdout } = await stage.run({
      workspace: workspace.dir,
      phase,
      command: sh('ls /run/doors'),
      doors,
    })
    return `ran ${stdout}`
  } catch (thrown) {
    return `refused: ${messageOf(thrown)}`
  } finally {
    await workspace.dispose()
  }
}
