import { createServer } from 'node:http'

export function pageServer() {
  return createServer((_request, response) => response.writeHead(501).end())
}
