import { sourceOf } from './source.ts'
import { type File, isSource, type Rule } from './tree.ts'

const LINES_MAX = 400
/** Names that say nothing about what is inside. */
const EMPTY_NAME = /^(utils?|helpers?|common|services?|misc|shared|stuff)$/i
/** TODO.md is a file that Botwright writes. */
const UNFINISHED = /\b(TODO|FIXME|XXX|HACK)\b(?!\.md)|\bcoming soon\b/
const SILENCED = /@ts-(ignore|expect-error|nocheck)/

const isCode = (file: File) => isSource(file) || /^(tests|bench)\/.*\.tsx?$/.test(file.path)

/** A file can be read in one sitting. */
export const filesAreShort: Rule = files =>
  files
    .filter(isCode)
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines: more than ${LINES_MAX}.`)

/** A folder is a noun of the domain, and so is a file. */
export const namesSaySomething: Rule = files =>
  files
    .filter(file => isCode(file) || file.path.startsWith('scripts/'))
    .filter(({ path }) => path.split('/').some(part => EMPTY_NAME.test(part.split('.')[0] ?? '')))
    .map(({ path }) => `${path} has a name that says nothing.`)

/** Nothing is left for later. */
export const nothingIsUnfinished: Rule = files =>
  files.filter(isCode).flatMap(file =>
    sourceOf(file)
      .comments.filter(comment => UNFINISHED.test(comment))
      .map(comment => `${file.path} leaves something for later: ${comment.trim()}`),
  )

/** The compiler is convinced, never silenced. */
export const theCompilerIsHeard: Rule = files =>
  files
    .filter(isCode)
    .map(sourceOf)
    .flatMap(({ path, casts, comments }) => [
      ...casts.filter(cast => cast !== 'as').map(cast => `${path} casts \`${cast}\`.`),
      ...comments
        .filter(one => SILENCED.test(one))
        .map(one => `${path} silences the compiler: ${one.trim()}`),
    ])
