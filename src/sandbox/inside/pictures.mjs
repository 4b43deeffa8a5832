// Looks at pages of the app as a phone and as a desktop show them: takes a picture of each, and hears what goes wrong
// in them. What a page does can slow this down and spoil its pictures, but not stop it: every step has its time.
import { existsSync } from 'node:fs'
import { startBrowser } from './browser.mjs'
import { hearErrors } from './pageErrors.mjs'

/** Much for one step, on a machine that has other things to do. */
const STEP_MS_MAX = 10_000
const LOAD_MS_MAX = 5000
/** This long nothing is fetched any more, then it is drawn. */
const QUIET_MS = 500
const QUIET_MS_MAX = 2500
const LOOK_EVERY_MS = 50
const TITLE_MS_MAX = 2000
/** What the browser says of a document that it would save. */
const NOT_SHOWN = 'net::ERR_ABORTED'
const OF_THE_MACHINE = ['net::ERR_INSUFFICIENT_RESOURCES', 'net::ERR_OUT_OF_MEMORY', 'net::ERR_TIMED_OUT']
/** A picture too large in bytes is taken again in half the pixels, and again. */
const SCALES = [1, 0.5, 0.25]

const NO_BROWSER = 'no browser on this machine: install it with apt-get install chromium'

/** `pages` has for each path a look in each size; `why` says why there are none. */
export async function takePictures({ port, paths, browsers, sizes, pngBytesMax, documentMs, allMs }) {
  const file = browsers.find(existsSync)
  if (file === undefined) return { why: NO_BROWSER, pages: [] }
  const browser = startBrowser(file)
  const until = performance.now() + allMs
  const pages = []
  try {
    await browser.send('Target.setDiscoverTargets', { discover: true }, { ms: 2 * STEP_MS_MAX })
    closePopups(browser)
    for (const path of paths) {
      if (performance.now() > until) return { why: `the other pages had no time within ${allMs} ms`, pages }
      const order = { origin: `http://localhost:${port}`, path, pngBytesMax, documentMs }
      const looks = []
      for (const size of sizes) looks.push(await look(browser, size, order))
      pages.push({ path, looks })
    }
    return { why: null, pages }
  } catch (error) {
    return { why: error.message, pages }
  } finally {
    browser.close()
  }
}

/** A window that a page opens is closed before it shows anything. */
function closePopups(browser) {
  browser.listen((method, { targetInfo } = {}) => {
    if (method !== 'Target.targetCreated' || targetInfo.openerId === undefined) return
    browser.send('Target.closeTarget', { targetId: targetInfo.targetId }, { ms: STEP_MS_MAX }).catch(() => {})
  })
}

/** `loaded` is null where it was not the page that failed; without a picture `png` is null. */
async function look(browser, size, order) {
  const seen = { size: size.name, loaded: null, why: null, title: '', errors: [], png: null }
  try {
    const page = await openPage(browser, size, order)
    seen.errors = page.errors.list
    await lookAt(page, size, order, seen)
    await page.close()
  } catch (error) {
    seen.why = error.message
  }
  return seen
}

/** A page of its own, which shares no cookies and no storage with another. */
async function openPage(browser, size, { origin }) {
  const send = (method, params, ms = STEP_MS_MAX, sessionId = undefined) =>
    browser.send(method, params, { ms, sessionId })
  const { browserContextId } = await send('Target.createBrowserContext', {})
  const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  const ask = (method, params = {}, ms = STEP_MS_MAX) => send(method, params, ms, sessionId)
  const { name: _, ...metrics } = size
  const errors = hearErrors(origin)
  const traffic = followTraffic()
  browser.listen((method, params, from) => {
    if (from !== sessionId) return
    errors.hear(method, params)
    traffic.hear(method, params)
    if (method === 'Page.javascriptDialogOpening' && !errors.isStuck()) {
      const accept = params.type === 'beforeunload'
      ask('Page.handleJavaScriptDialog', { accept }).catch(() => {})
    }
  })
  await Promise.all([
    ask('Page.enable'),
    ask('Runtime.enable'),
    ask('Network.enable', { maxTotalBufferSize: 1, maxResourceBufferSize: 1 }),
    ask('Inspector.enable'),
    ask('Emulation.setDeviceMetricsOverride', metrics),
    ask('Emulation.setTouchEmulationEnabled', { enabled: metrics.mobile }),
    ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }] }),
    // Printing waits for somebody to choose a printer.
    ask('Page.addScriptToEvaluateOnNewDocument', { source: 'window.print = () => undefined' }),
    send('Browser.setDownloadBehavior', { behavior: 'deny', browserContextId }),
  ])
  const close = () => send('Target.disposeBrowserContext', { browserContextId }).catch(() => {})
  return { ask, errors, traffic, close }
}

async function lookAt(page, size, { origin, path, pngBytesMax, documentMs }, seen) {
  const url = new URL(origin + path)
  if (url.origin !== origin) throw new Error('it is no path of this app')
  const { errorText } = await page.ask('Page.navigate', { url: url.href }, documentMs)
  if (errorText !== undefined) {
    if (errorText !== NOT_SHOWN && !OF_THE_MACHINE.includes(errorText)) seen.loaded = false
    seen.why = errorText === NOT_SHOWN ? 'no picture: the browser keeps it as a file' : errorText
    return
  }
  seen.loaded = true
  await stillness(page)
  if (page.errors.isStuck()) {
    seen.why = 'no picture: it asks the person again and again'
    return
  }
  const title = await titleOf(page)
  if (title === null) {
    seen.why = 'no picture: it is busy and draws nothing'
    return
  }
  seen.title = title
  seen.png = await picture(page, size, pngBytesMax).catch(error => {
    seen.why = `no picture: ${error.message}`
    return null
  })
}

/** Until it is loaded and has been quiet for a while, or takes too long for either; then what is missing is given up. */
async function stillness({ ask, errors, traffic }) {
  await until(() => traffic.isLoaded() || errors.isStuck(), LOAD_MS_MAX)
  if (errors.isStuck()) return
  if (traffic.isLoaded()) return until(() => traffic.quietMs() >= QUIET_MS || errors.isStuck(), QUIET_MS_MAX)
  errors.add(`it had not finished loading after ${LOAD_MS_MAX} ms`)
  await ask('Page.stopLoading').catch(() => {})
}

async function until(holds, ms) {
  const end = performance.now() + ms
  while (!holds() && performance.now() < end) await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))
}

/** As text; null of a page that is too busy to answer. */
async function titleOf({ ask }) {
  const asked = { expression: 'document.title', returnByValue: true }
  const answer = await ask('Runtime.evaluate', asked, TITLE_MS_MAX).catch(() => null)
  if (answer === null) return null
  return typeof answer.result?.value === 'string' ? answer.result.value : ''
}

/** In base64, of what stands in the window. */
async function picture({ ask }, { width, height }, bytesMax) {
  for (const scale of SCALES) {
    const clip = { x: 0, y: 0, width, height, scale }
    const { data } = await ask('Page.captureScreenshot', {
      format: 'png',
      clip,
      captureBeyondViewport: false,
    })
    if (Buffer.byteLength(data, 'base64') <= bytesMax) return data
  }
  throw new Error(`it takes more than ${bytesMax} bytes`)
}

/** What is still being fetched; streams of events never end and are not waited for. */
function followTraffic() {
  const open = new Set()
  let loaded = false
  let movedMs = performance.now()
  const moves = {
    'Network.requestWillBeSent': ({ requestId, type }) => type !== 'EventSource' && open.add(requestId),
    'Network.loadingFinished': ({ requestId }) => open.delete(requestId),
    'Network.loadingFailed': ({ requestId }) => open.delete(requestId),
    'Page.loadEventFired': () => {
      loaded = true
    },
  }
  return {
    hear(method, params) {
      const move = moves[method]
      if (move === undefined) return
      move(params)
      movedMs = performance.now()
    },
    isLoaded: () => loaded,
    quietMs: () => (open.size > 0 ? 0 : performance.now() - movedMs),
  }
}
