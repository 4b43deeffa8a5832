import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { pageServer } from '../server.js'

/** Asks for a path exactly as written: `fetch` would tidy it up first. */
async function statusOf(path) {
  const server = pageServer(new URL('../', import.meta.url)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const asked = request({ host: '127.0.0.1', port: server.address().port, path, agent: false }).end()
    const [response] = await once(asked, 'response')
    response.resume()
    return response.statusCode
  } finally {
    server.close()
  }
}

test('the parts of the page are served', async () => {
  for (const path of ['/', '/index.html', '/style.css', '/app.js', '/bill.js']) {
    assert.equal(await statusOf(path), 200, path)
  }
})

test('no address leads out of the page', async () => {
  const paths = [
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/..\\package.json',
    '//etc/passwd',
    '/tests/../package.json',
    '/package.json',
    '/.git/config',
  ]
  for (const path of paths) assert.equal(await statusOf(path), 404, path)
})
