import { start } from './plan.ts'

export const readme = {
  title: 'Word count',
  overview:
    'A program for the terminal that counts the lines, words and characters of texts as a reader sees them, in any script, and ranks the words that come most often.',
  prerequisites: ['Rust 1.63 or newer, with cargo'],
  install: [
    {
      command: 'cargo fetch --locked',
      says: 'Fetches the two crates that are used, as Cargo.lock has them.',
    },
  ],
  configuration: '',
  test: [
    {
      command: 'cargo test',
      says: 'Runs all tests, the acceptance tests among them.',
    },
  ],
  run: [{ command: start.command, says: 'Shows the options.' }],
  features: [
    'Lines, words and characters of each file, and of all together',
    'An accent belongs to its letter, and an emoji is one character',
    'The most common words; the same texts always have the same ranking',
    'Reads files or standard input, and works in a pipe',
    'Clear sentences and exit codes for what cannot be read',
  ],
  usage: [
    {
      command: 'cargo run --quiet -- README.md docs/requirements.md',
      says: 'Counts two files, and both together.',
    },
    {
      command: "printf 'Tea and toast, and jam and TEA' | cargo run --quiet -- --top 2",
      says: 'Ranks the words of what comes in.',
    },
    {
      command: 'cargo run --quiet -- nowhere.txt',
      says: 'What is not there is said.',
      exitCode: 1,
    },
  ],
  layout: [
    {
      path: 'src/main.rs',
      says: 'starts the program and prints',
    },
    {
      path: 'src/report.rs',
      says: 'what is printed, and what is said when something is wrong',
    },
    {
      path: 'src/counts.rs',
      says: 'lines, words and characters',
    },
    {
      path: 'src/ranking.rs',
      says: 'the most common words',
    },
    {
      path: 'src/arguments.rs',
      says: 'the arguments',
    },
    {
      path: 'tests/',
      says: 'a test with a closed pipe, and acceptance tests',
    },
    {
      path: 'docs/',
      says: 'requirements, architecture and deployment',
    },
  ],
}
