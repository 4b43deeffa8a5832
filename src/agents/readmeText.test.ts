import { expect, test } from 'vitest'
import { type Readme, readmeSchema } from './readme.ts'
import { renderReadme } from './readmeText.ts'

const readme: Readme = readmeSchema.parse({
  title: 'Greeter',
  overview: 'It greets.',
  prerequisites: ['Python 3.9 or newer'],
  install: [],
  configuration: '',
  test: [{ command: 'python3 -m unittest', says: 'Runs the tests.' }],
  run: [{ command: 'python3 -m greeter --to "you"', says: 'Greets you.' }],
  features: ['Greets'],
  usage: [
    { command: 'python3 -m greeter --to ""', says: 'Refuses an empty name.', exitCode: 2 },
    { command: 'docker build .', says: 'Builds an image.', notRun: 'the sandbox has no Docker' },
    { command: 'echo ```', says: 'Prints backticks.' },
  ],
  layout: [{ path: 'greeter/__main__.py', says: 'the command' }],
})

const text = renderReadme(readme)

test('a command stands in its own fence exactly as it was run', () => {
  expect(text).toContain('```sh\npython3 -m greeter --to "you"\n```')
})

test('a command that was not run says so, with the reason', () => {
  expect(text).toContain('was not run when the project was proven: the sandbox has no Docker')
})

test('an example that ends with an error says its exit code', () => {
  expect(text).toContain('Refuses an empty name. (ends with exit code 2)')
})

test('a command with backticks cannot close its fence', () => {
  expect(text).toContain('````sh\necho ```\n````')
})

test('an empty section is left out', () => {
  expect(text).not.toContain('## Installation')
  expect(text).not.toContain('## Configuration')
})

test('the sections come in the order a reader needs them', () => {
  const titles = Array.from(text.matchAll(/^#+ (.+)$/gm), each => each[1])
  expect(titles).toEqual(['Greeter', 'Features', 'Prerequisites', 'Running', 'Usage', 'Tests', 'Layout'])
})
