/** What decides how a file is cut and where its definitions are seen. */
export type Language = keyof typeof DEFINITIONS

/** The language of a file by its extension; `other` for those without definitions known here. */
export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return LANGUAGE_OF[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'other'
}

/** The name that this line defines, if it looks like a definition; Markdown headings define their text. */
export function definedName(language: Language, line: string): string | undefined {
  const start = line.slice(0, LINE_CHARS_MAX)
  for (const pattern of DEFINITIONS[language]) {
    const name = pattern.exec(start)?.groups?.name
    if (name !== undefined && !KEYWORDS.has(name)) return name
  }
  return undefined
}

/** Definitions name themselves early; the bound also bounds the patterns' work on minified lines. */
const LINE_CHARS_MAX = 240

/** What looks like a call followed by a block, but is a statement. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'if else for while switch catch return function do try with new throw await yield foreach using lock match'.split(
    ' ',
  ),
)

const DEFINITIONS = {
  script: [
    /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|interface|type|enum|namespace)\s+(?<name>[\w$]+)/,
    /^(?:export\s+)?(?:declare\s+)?(?:const|let|var)\s+(?<name>[\w$]+)/,
    /^\s+(?:(?:public|private|protected|static|override|async|get|set)\s+)*\*?(?<name>#?[\w$]+)(?:<[^>]*>)?\([^)]*\)[^;{=]*\{\s*$/,
  ],
  python: [/^\s*(?:async\s+)?(?:def|class)\s+(?<name>\w+)/, /^(?<name>[A-Z][A-Z0-9_]+)\s*(?::[^=]+)?=/],
  go: [/^func\s+(?:\([^)]*\)\s*)?(?<name>\w+)/, /^(?:type|var|const)\s+(?<name>\w+)/],
  rust: [
    /^\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:const|async|unsafe|default|extern\s+"[^"]*")\s+)*(?:fn|struct|enum|trait|type|mod|const|static|union|macro_rules!)\s+(?<name>\w+)/,
    /^(?:unsafe\s+)?impl(?:<[^>]*>)?\s+(?:[^{]*\sfor\s+)?(?<name>\w+)/,
  ],
  object: [
    /^\s*(?:(?:public|private|protected|internal|static|final|abstract|sealed|data|open|partial)\s+)*(?:class|interface|@interface|enum|record|object|struct|trait)\s+(?<name>\w+)/,
    /^\s*(?:(?:public|private|protected|internal|override|suspend|open|inline)\s+)*fun\s+(?:<[^>]*>\s*)?(?:\w+\.)?(?<name>\w+)/,
    /^\s*(?:(?:public|private|protected|internal|static|final|abstract|override|virtual|async|synchronized)\s+)+(?:[\w<>[\],.?]+\s+){0,3}(?<name>\w+)\s*\(/,
  ],
  ruby: [/^\s*(?:def\s+(?:self\.)?|class\s+|module\s+)(?<name>[\w:]+)/],
  php: [
    /^\s*(?:(?:public|private|protected|static|final|abstract|readonly)\s+)*(?:function|class|interface|trait|enum)\s+&?(?<name>\w+)/,
  ],
  c: [
    /^\s*(?:typedef\s+)?(?:struct|class|enum(?:\s+class)?|union|namespace)\s+(?<name>\w+)/,
    /^\s*#\s*define\s+(?<name>\w+)/,
    /^(?:[\w:*&<>,]+\s+){1,4}[*&]*(?:\w+::)?(?<name>~?\w+)\s*\([^;]*$/,
  ],
  shell: [/^(?:function\s+)?(?<name>[\w-]+)\s*\(\)/, /^function\s+(?<name>[\w-]+)/],
  sql: [
    /^\s*create\s+(?:or\s+replace\s+)?(?:unique\s+)?(?:table|view|function|procedure|index|type|trigger)\s+(?:if\s+not\s+exists\s+)?["`]?(?<name>[\w.]+)/i,
  ],
  css: [/^\s*(?<name>[.#][\w-]+|--[\w-]+(?=\s*:))/],
  markdown: [/^#{1,6}\s+(?<name>\S.*)/],
  other: [],
} as const satisfies Record<string, readonly RegExp[]>

const EXTENSIONS: Readonly<Record<Language, string>> = {
  script: 'ts tsx mts cts js jsx mjs cjs vue svelte astro',
  python: 'py pyi',
  go: 'go',
  rust: 'rs',
  object: 'java kt kts scala cs',
  ruby: 'rb rake',
  php: 'php',
  c: 'c h cc cpp cxx hh hpp',
  shell: 'sh bash zsh',
  sql: 'sql',
  css: 'css scss less',
  markdown: 'md mdx markdown',
  other: '',
}

const LANGUAGE_OF: Readonly<Record<string, Language>> = Object.assign(
  Object.create(null),
  ...Object.entries(EXTENSIONS).map(([language, extensions]) =>
    Object.fromEntries(extensions.split(' ').map(extension => [extension, language])),
  ),
)
