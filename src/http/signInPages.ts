/** The two pages that are shown before the app: without a script, in its colours. The content policy wants the style as a file. */

export const STYLE_PATH = '/sign-in.css'

export const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100dvh; display: grid; place-content: center; padding: 2rem 1.5rem; box-sizing: border-box;
  background: light-dark(#f6f4ef, #131519); color: light-dark(#1d2126, #e9e7e2);
  font: 1rem/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 28rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
p { margin: 0 0 1rem; }
code { font: 0.875em ui-monospace, Menlo, Consolas, monospace; padding: 0.1em 0.35em; border-radius: 0.25rem;
  background: light-dark(#e9e5dc, #0d0f12); }
a { color: light-dark(#0f6f67, #5cd3c5); }
.button { display: inline-block; padding: 0.5rem 1rem; border-radius: 0.75rem; text-decoration: none; font-weight: 500;
  background: light-dark(#0f6f67, #5cd3c5); color: light-dark(#ffffff, #06211e); }
:focus-visible { outline: 2px solid light-dark(#0f6f67, #5cd3c5); outline-offset: 2px; }
`

/** A page of ours leads on, because a strict cookie is not sent along a redirect that another site began. */
export const SIGNED_IN_PAGE = page(
  '<h1>You are signed in</h1><p><a class="button" href="/">To your projects</a></p>',
  '<meta http-equiv="refresh" content="0;url=/">',
)

const USED =
  '<h1>This link does not work any more</h1><p>It was used already, or it is from an earlier start. Run <code>./botwright link</code> on the machine where Botwright runs: it prints a new one.</p>'

export const USED_LINK_PAGE = page(USED)

/** For a browser that was let in before. */
export const USED_LINK_PAGE_INSIDE = page(
  `${USED}<p>In this browser you are signed in already.</p><p><a class="button" href="/">To your projects</a></p>`,
)

function page(body: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${head}<link rel="stylesheet" href="${STYLE_PATH}"><title>Botwright</title></head><body><main>${body}</main></body></html>`
}
