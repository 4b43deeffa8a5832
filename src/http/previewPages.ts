import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { PREVIEW_SAYS } from './previewHeaders.ts'
import { STYLE } from './signInPages.ts'

/** What is answered under a preview's host where the app cannot. Whether there ever was such a preview is not told. */

type Said = { status: number; title: string; says: string }

export const SAID = {
  ended: {
    status: 410,
    title: 'This preview has ended',
    says: 'Start it again from the project.',
  },
  silent: {
    status: 502,
    title: 'The app does not answer',
    says: 'It runs, but does not take this request. Try again in a moment, or start the preview anew.',
  },
  late: { status: 504, title: 'The app takes too long', says: 'It has not answered in time. Try again.' },
  busy: {
    status: 503,
    title: 'Too much at once',
    says: 'The app is asked too many things at once. Try again.',
  },
  large: { status: 413, title: 'That is too much', says: 'A preview takes at most 64 MB at once.' },
  unclear: { status: 400, title: 'That is no request', says: 'It cannot be read.' },
} as const satisfies Record<string, Said>

export function answerPage(res: ServerResponse, said: Said): void {
  const body = pageOf(said)
  res.writeHead(said.status, {
    ...PREVIEW_SAYS,
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    connection: 'close',
  })
  res.end(res.req.method === 'HEAD' ? undefined : body)
}

/** To who asked for another protocol: there is no page to show. */
export function answerBare(socket: Duplex, { status, title }: Said): void {
  socket.end(`HTTP/1.1 ${status} ${title}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function pageOf({ title, says }: Said): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1><p>${says}</p></main></body></html>`
}
