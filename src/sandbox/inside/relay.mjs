// Runs inside the sandbox, as `node relay.mjs ORDER COMMAND…`, where there is no network but the loopback. ORDER is JSON:
// `doors` are sockets of the host, each offered on a port of 127.0.0.1; `tunnel` is a socket of the host by which
// the host reaches one port in here. The command keeps its streams, and its end is the end of the relay.
import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { constants } from 'node:os'

/** Connections to the host that wait for work; a page with its pictures asks for a handful at once. */
const WAITING = 6
const AGAIN_MS = 100
const ADDRESSES = ['127.0.0.1', '::1']
/** The host writes this byte when it wants to reach the port; the answer is one of the other two. */
const WANTED = 0x57
const REACHED = Buffer.from([1])
const REFUSED = Buffer.from([0])

const [order, file, ...args] = process.argv.slice(2)
const { doors, tunnel } = JSON.parse(order)
await Promise.all(doors.map(offer))
const command = spawn(file, args, { stdio: 'inherit' })
command.once('error', error => {
  process.stderr.write(`${error.message}\n`)
  process.exit(127)
})
command.once('exit', (exitCode, signal) => process.exit(exitCode ?? 128 + constants.signals[signal]))
if (tunnel !== null) for (let index = 0; index < WAITING; index++) wait()

function offer({ socket, port }) {
  const server = createServer({ allowHalfOpen: true }, inner => {
    join(inner, connect({ path: socket, allowHalfOpen: true }))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

/** One connection to the host; when it is put to work, another takes its place. */
function wait() {
  const host = connect({ path: tunnel.socket, allowHalfOpen: true })
  let used = false
  host.once('data', async chunk => {
    used = true
    host.pause()
    wait()
    if (chunk[0] !== WANTED) return host.destroy()
    const app = await reach()
    if (app === null) return host.end(REFUSED)
    host.write(REACHED)
    if (chunk.length > 1) app.write(chunk.subarray(1))
    join(host, app)
  })
  host.on('error', () => host.destroy())
  host.once('close', () => {
    if (!used) setTimeout(wait, AGAIN_MS)
  })
}

async function reach() {
  for (const address of ADDRESSES) {
    const app = await opened(address)
    if (app !== null) return app
  }
  return null
}

function opened(host) {
  return new Promise(resolve => {
    const socket = connect({ host, port: tunnel.port, allowHalfOpen: true })
    socket.once('connect', () => resolve(socket)).once('error', () => resolve(null))
  })
}

function join(one, other) {
  one.pipe(other)
  other.pipe(one)
  for (const [socket, peer] of [
    [one, other],
    [other, one],
  ]) {
    socket.on('error', () => peer.destroy())
    socket.once('close', () => peer.destroySoon?.())
  }
}
