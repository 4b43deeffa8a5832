import { MAX_NAME_LINE_CHARS } from './limits.ts'

/**
 * A file name found in an answer. `sure` when it can hardly be anything else; otherwise it needs the company of a
 * marker line to be believed.
 */
export type Name = { path: string; sure: boolean }

/**
 * The name on a line that holds nothing else: plain, or dressed as a heading, in backticks or asterisks, as a
 * comment, with "File:" before or ":" after.
 */
export function nameOnLine(line: string): Name | undefined {
  if (line.length > MAX_NAME_LINE_CHARS) return undefined
  const { bare, quoted, labelled } = undressed(line.trim())
  if (bare === '' || bare.includes('://') || bare.endsWith('/') || (/\s/.test(bare) && !quoted))
    return undefined
  if (!/[\p{L}\p{N}]/u.test(bare) || /[()[\]{};,`]$/.test(bare)) return undefined
  const sure = isSure(bare, quoted, labelled)
  return sure || /[./\\]/.test(bare) ? { path: bare.replace(/^(?:\.\/)+/, ''), sure } : undefined
}

/** The name in what follows a fence: `python src/a.py`, `path=src/a.py`, `ts:src/a.ts` or `src/a.ts`. */
export function nameInInfo(info: string): Name | undefined {
  if (info.length > MAX_NAME_LINE_CHARS) return undefined
  const words = info.split(/\s+/)
  const named = words.map(keyed).find(word => word !== undefined)
  const plain = words.map((word, at) => (at === 0 ? afterLanguage(word) : word))
  return [...(named ? [named] : []), ...plain].map(nameOnLine).find(name => name?.sure)
}

/** A bare name as the first line inside a fence, without any dress. */
export function bareNameOnLine(line: string): Name | undefined {
  const name = nameOnLine(line)
  return name?.sure && name.path === line.trim() ? name : undefined
}

type Undressed = { bare: string; quoted: boolean; labelled: boolean }

/** What a name may be wrapped in. */
const PAIRS = [
  ['**', '**'],
  ['`', '`'],
  ['"', '"'],
  ["'", "'"],
  ['<!--', '-->'],
  ['/*', '*/'],
] as const

const LABEL = /^\*{0,2}(?:file ?name|file ?path|file|path)\*{0,2}\s{0,3}:\*{0,2}\s{0,3}/i
const HEADING = /^(?:#{1,6}|\/\/)\s+/
/** Layers of dress, as in "### **File: `src/a.ts`**:"; each round takes one off. */
const MAX_LAYERS = 8

function undressed(line: string): Undressed {
  let name: Undressed = { bare: line, quoted: false, labelled: false }
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const next = withoutLayer(name)
    if (next.bare === name.bare) break
    name = next
  }
  return name
}

function withoutLayer(name: Undressed): Undressed {
  const { bare } = name
  const pair = PAIRS.find(([open, close]) => isWrapped(bare, open, close))
  if (pair) {
    const inner = bare.slice(pair[0].length, bare.length - pair[1].length).trim()
    return { ...name, bare: inner, quoted: name.quoted || pair[0] === '`' }
  }
  if (LABEL.test(bare)) return { ...name, bare: bare.replace(LABEL, ''), labelled: true }
  return { ...name, bare: bare.replace(HEADING, '').replace(/:$/, '').trim() }
}

function isWrapped(bare: string, open: string, close: string): boolean {
  return bare.length > open.length + close.length && bare.startsWith(open) && bare.endsWith(close)
}

function keyed(word: string): string | undefined {
  return /^\{?(?:path|file|filename|filepath|title|name)=(.+?)\}?$/i.exec(word)?.[1]
}

/** `ts:src/a.ts` without its language; a first word must look like a path, for `c++` and `makefile` are languages. */
function afterLanguage(word: string): string {
  const path = /^[\w+#-]{1,20}:(.+)$/.exec(word)?.[1] ?? word
  return path.includes('/') || path.lastIndexOf('.') > 0 ? path : ''
}

function isSure(path: string, quoted: boolean, labelled: boolean): boolean {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const inFolder = base.length < path.length
  if (PRODUCTS.has(path.toLowerCase())) return false
  if (BARE_NAMES.has(base) || /^\.[a-z][\w.-]*$/.test(base)) return true
  const extension = /[^.]\.([A-Za-z][\w+-]{0,15})$/.exec(base)?.[1]
  if (labelled || (inFolder && quoted)) return true
  return extension !== undefined && (inFolder || EXTENSIONS.has(extension.toLowerCase()))
}

/** Headings that look like files and are not. */
const PRODUCTS = new Set(
  'node.js vue.js next.js nuxt.js react.js express.js three.js d3.js chart.js p5.js alpine.js ember.js backbone.js asp.net vb.net'.split(
    ' ',
  ),
)

/** Files that have no extension. */
const BARE_NAMES = new Set(
  'Dockerfile Containerfile Makefile makefile GNUmakefile Procfile Gemfile Rakefile Vagrantfile Jenkinsfile Brewfile Justfile justfile Caddyfile LICENSE LICENCE NOTICE COPYING README CHANGELOG AUTHORS CODEOWNERS VERSION gradlew mvnw'.split(
    ' ',
  ),
)

/** Extensions that make a lone word a file: `main.py` is one, `console.log` and `Array.map` are not. */
const EXTENSIONS = new Set(
  'astro bash bat c cc cfg clj cljs cmake cmd conf cpp cs csproj css csv cxx dart dockerfile ejs elm erl ex exs fish fs fsx go gql gradle graphql groovy h haml hbs hpp hrl hs htm html http hxx ini ipynb java jinja jl js json json5 jsonc jsonl jsx kt kts less liquid lock lua m4 markdown md mdx mjs mk ml mli mod mts cts cjs nim nix php pl plist pm po prisma properties proto ps1 pug py pyi r rake rb re rkt rs rst sass sbt scala scm scss sh sln sql styl sum svelte svg swift tcl tex tf tfvars toml ts tsv tsx twig txt v vb vue wat xhtml xml xsd xsl yaml yml zig zsh'.split(
    ' ',
  ),
)
