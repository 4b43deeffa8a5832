import { tasks } from './tasks.ts'

export const start = { command: 'cargo run --quiet -- --help' }

export const plan = {
  slug: 'wordcount',
  toolchain: 'rust',
  why: 'Counting is quick in Rust and the result is one program. What a word and a character are in every script is left to the crate that follows the Unicode standard.',
  traps: [
    {
      trap: 'authentication',
      decision: 'Does not apply: a program for the person who runs it.',
    },
    {
      trap: 'persistence',
      decision: 'Does not apply: nothing is kept or written.',
    },
    {
      trap: 'concurrency',
      decision: 'Does not apply: one text after the other; files are only read.',
    },
    {
      trap: 'money',
      decision: 'Does not apply: only whole things are counted.',
    },
    {
      trap: 'time zones',
      decision: 'Does not apply: no dates.',
    },
    {
      trap: 'privacy',
      decision: 'Nothing leaves the program but what it prints.',
    },
    {
      trap: 'input validation',
      decision: 'Arguments are read before any file; each refusal names what was meant.',
    },
    {
      trap: 'injection',
      decision: 'Does not apply: texts are counted and never run; of them only words are printed.',
    },
    {
      trap: 'character encoding',
      decision: 'UTF-8 only, and what is not is refused; graphemes and words as Unicode has them.',
    },
    {
      trap: 'errors',
      decision: 'One sentence on standard error; exit code 1 for texts, 2 for arguments; no panic.',
    },
    {
      trap: 'empty and huge data',
      decision: 'An empty text has zero of all; a text is held in memory as a whole.',
    },
    {
      trap: 'configuration',
      decision: 'None; options are arguments.',
    },
    {
      trap: 'dependencies',
      decision: 'lexopt and unicode-segmentation, pinned; neither has dependencies of its own.',
    },
    {
      trap: 'portability',
      decision: 'Rust 1.63 and newer; both kinds of line ends are one.',
    },
    {
      trap: 'accessibility',
      decision: 'Plain lines of text, no colour.',
    },
    {
      trap: 'shutdown',
      decision: 'A closed pipe is an ordinary end.',
    },
  ],
  tasks,
  start,
}
