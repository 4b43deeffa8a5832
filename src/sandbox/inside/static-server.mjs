// Runs inside the sandbox: serves the files of the working directory on 127.0.0.1 at the port in PORT.
import { createReadStream, realpathSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
}

const root = realpathSync('.')

createServer((request, response) => {
  const file = fileOf(request.url)
  if (file === null) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
    return
  }
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
  createReadStream(file).pipe(response)
}).listen(Number(process.env.PORT ?? 8000), '127.0.0.1')

/** The file that a URL names, a folder standing for its index.html; null when there is none below the root. */
function fileOf(url) {
  try {
    const asked = realpathSync(join(root, decodeURIComponent(new URL(url, 'http://localhost').pathname)))
    const file = statSync(asked).isDirectory() ? realpathSync(join(asked, 'index.html')) : asked
    return file.startsWith(`${root}/`) ? file : null
  } catch {
    return null
  }
}
