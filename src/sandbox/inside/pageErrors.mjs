// What goes wrong in a page, out of the events of the DevTools protocol, as a short list of lines.

const ERRORS_MAX = 20
const ERROR_CHARACTERS_MAX = 300
/** A page that opens more windows than this to speak to the person is not answered any more. */
const DIALOGS_MAX = 20
const REQUESTS_MAX = 2000

export function hearErrors(origin) {
  const list = []
  const requests = new Map()
  let dialogs = 0
  let crashed = false

  function add(line) {
    const short = line.split('\n')[0].slice(0, ERROR_CHARACTERS_MAX)
    if (list.length < ERRORS_MAX && !list.includes(short)) list.push(short)
  }

  const heard = {
    'Runtime.exceptionThrown': ({ exceptionDetails: { exception, text } }) =>
      add(`uncaught: ${exception?.description ?? exception?.value ?? text}`),
    'Runtime.consoleAPICalled': ({ type, args }) => {
      if (type === 'error' || type === 'assert') add(`console.${type}: ${args.map(shown).join(' ')}`)
    },
    'Network.requestWillBeSent': ({ requestId, request, type }) => {
      if (requests.size < REQUESTS_MAX) requests.set(requestId, { ...request, type })
    },
    'Network.responseReceived': ({ requestId, response: { status } }) => {
      const request = requests.get(requestId)
      if (status >= 400 && isOfPage(request)) add(`${nameOf(request)}: status ${status}`)
    },
    'Network.loadingFailed': ({ requestId, errorText, canceled }) => {
      const request = requests.get(requestId)
      if (canceled || request === undefined) return
      if (!request.url.startsWith(`${origin}/`)) add(elsewhere(request))
      else if (isOfPage(request)) add(`${nameOf(request)}: ${errorText}`)
    },
    'Page.javascriptDialogOpening': ({ type, message }) => {
      dialogs += 1
      add(`it opened a dialog (${type}): ${message}`)
    },
    'Inspector.targetCrashed': () => {
      crashed = true
      add('the page crashed the browser')
    },
  }

  /** The document was asked before, and nobody linked the icon that browsers ask for by themselves. */
  function isOfPage(request) {
    if (request === undefined || request.type === 'Document') return false
    return request.url.startsWith(`${origin}/`) && request.url !== `${origin}/favicon.ico`
  }

  function nameOf({ method, url }) {
    return `${method} ${url.slice(origin.length)}`
  }

  return {
    list,
    add,
    hear: (method, params) => heard[method]?.(params),
    /** Nothing more comes of this page. */
    isStuck: () => crashed || dialogs > DIALOGS_MAX,
  }
}

function elsewhere({ url }) {
  const host = URL.canParse(url) ? new URL(url).host : url
  return `it needs ${host}, and a sandbox has no network`
}

function shown({ value, description, type }) {
  if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value)
  return description ?? type
}
