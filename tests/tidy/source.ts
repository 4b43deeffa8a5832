import { posix } from 'node:path'
import { type ESTree, parseSync, Visitor } from 'vite'
import type { File } from './tree.ts'

/** What the rules ask of a source file. */
export type Source = {
  path: string
  imports: Import[]
  /** Globals and members that it uses, as written: `process.env`, `Date.now`, `new Date()`, `fetch()`. */
  uses: string[]
  /** Source files that it names in a string, counted from its own folder: scripts that it starts. */
  names: string[]
  comments: string[]
  casts: string[]
}

/** `target` counts from the checkout's root for our own files, and is the package or `node:` module otherwise. */
export type Import = { target: string; typeOnly: boolean; names: string[] }

const parsed = new WeakMap<File, Source>()

/** Reads a TypeScript file; throws when it is none. */
export function sourceOf(file: File): Source {
  const known = parsed.get(file) ?? parse(file)
  parsed.set(file, known)
  return known
}

function parse(file: File): Source {
  const { program, comments, errors } = parseSync(file.path, file.text)
  if (errors[0]) throw new Error(`${file.path} cannot be parsed: ${errors[0].message}`)
  const source: Source = {
    path: file.path,
    imports: [],
    uses: [],
    names: [],
    comments: comments.map(comment => comment.value),
    casts: [],
  }
  collect(program, source)
  return source
}

function collect(program: ESTree.Program, source: Source): void {
  const add = (specifier: string, typeOnly: boolean, names: string[]) =>
    source.imports.push({ target: resolve(source.path, specifier), typeOnly, names })
  new Visitor({
    ImportDeclaration: node => {
      const names = node.specifiers.map(importedName)
      add(node.source.value, node.importKind === 'type', names)
    },
    ExportNamedDeclaration: node => {
      if (node.source) add(node.source.value, node.exportKind === 'type', [])
    },
    ExportAllDeclaration: node => add(node.source.value, node.exportKind === 'type', []),
    ImportExpression: node => {
      if (node.source.type === 'Literal') add(String(node.source.value), false, [])
    },
    TSImportType: node => add(node.source.value, true, []),
    MemberExpression: node => source.uses.push(dotted(node)),
    NewExpression: node =>
      source.uses.push(`new ${dotted(node.callee)}(${node.arguments.length ? '…' : ''})`),
    CallExpression: node => source.uses.push(`${dotted(node.callee)}()`),
    Literal: node => {
      if (typeof node.value === 'string' && /^[\w./-]+\.tsx?$/.test(node.value))
        source.names.push(posix.join(posix.dirname(source.path), node.value))
    },
    TSAsExpression: node => source.casts.push(castOf(node)),
  }).visit(program)
}

function importedName(specifier: ESTree.ImportDeclaration['specifiers'][number]): string {
  if (specifier.type !== 'ImportSpecifier') return '*'
  return specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier
}

/** `a.b.c` for a chain of names; `…` where a part of it is no name. */
function dotted(node: ESTree.Expression | ESTree.PrivateIdentifier | ESTree.Super): string {
  if (node.type === 'Identifier') return node.name
  if (node.type !== 'MemberExpression') return '…'
  return `${dotted(node.object)}.${node.computed ? literal(node.property) : dotted(node.property)}`
}

function literal(node: ESTree.Expression | ESTree.PrivateIdentifier): string {
  return node.type === 'Literal' ? String(node.value) : '…'
}

function castOf(node: ESTree.TSAsExpression): string {
  if (node.typeAnnotation.type === 'TSAnyKeyword') return 'as any'
  const inner = node.expression
  const twice = inner.type === 'TSAsExpression' && inner.typeAnnotation.type === 'TSUnknownKeyword'
  return twice ? 'as unknown as' : 'as'
}
