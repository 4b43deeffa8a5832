import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTerminal, table } from './terminal.ts'

function screen(isTTY = false) {
  let shown = ''
  const write = (text: string) => {
    shown += text
  }
  return { isTTY, columns: 40, write, shown: () => shown }
}

test('with --json only JSON is printed, a document a line', () => {
  const out = screen(true)
  const terminal = openTerminal(true, out)
  terminal.say('words')
  terminal.status('working')
  terminal.emit({ a: 'line\nbreak' })
  terminal.emit([1])
  expect(out.shown()).toBe('{"a":"line\\nbreak"}\n[1]\n')
})

test('without --json only words are printed', () => {
  const out = screen()
  const terminal = openTerminal(false, out)
  terminal.emit({ a: 1 })
  terminal.status('working')
  terminal.say('words\nin two lines')
  expect(out.shown()).toBe('words\nin two lines\n')
})

test('a status line is wiped for what is said and drawn again below it, in one row', () => {
  const out = screen(true)
  const terminal = openTerminal(false, out)
  terminal.status(`working on it\n${'x'.repeat(100)}`)
  terminal.say('done')
  const [first = '', second = ''] = out.shown().split('\r\u001b[2Kdone\n')
  expect(first).toBe(second)
  expect(first).toHaveLength(39)
  expect(first).toMatch(/^working on it x+…$/)
})

test('on a terminal that does not know its width a status line is shown as on any other', () => {
  const out = { ...screen(true), columns: 0 }
  const terminal = openTerminal(false, out)
  terminal.status('working')
  terminal.status('')
  expect(out.shown()).toBe('working\r\u001b[2K')
})

test('words of a model cannot steer the terminal', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '\u001b', '[2J', ']0;x', '\u0007', '\u009b', '\r', '\b', '\n', '\0')),
      parts => {
        const out = screen()
        openTerminal(false, out).say(parts.join(''))
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(out.shown()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
      },
    ),
  )
})

test('the columns of a table stand below each other, without white space at the ends of lines', () => {
  expect(
    table([
      ['id', 'title'],
      ['1', 'one'],
      ['100', ''],
    ]),
  ).toBe('id   title\n1    one\n100')
  expect(table([])).toBe('')
})
