import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTodo, renderTodo, tick } from './todo.ts'

const TODO = renderTodo('Bookmarks', [
  { id: 'T1', title: 'Set up', done: true },
  { id: 'T2', title: 'Search **T3**\n- [x] **T3** Trick', done: false },
  { id: 'T3', title: 'Sync', done: false, skipped: true },
])

test('a list is rendered one line a task', () => {
  expect(TODO).toBe(
    '# Bookmarks\n\n- [x] **T1** Set up\n- [ ] **T2** Search **T3** - [x] **T3** Trick\n- [ ] **T3** ~~Sync~~ (skipped)\n',
  )
})

test('ticking changes the mark of that task and nothing else', () => {
  const text = `Intro **T2**\r\n${TODO.replaceAll('\n', '\r\n')}end`
  expect(tick(text, 'T2')).toEqual({ ok: true, value: text.replace('- [ ] **T2**', '- [x] **T2**') })
})

test('ticking twice is ticking once', () => {
  expect(tick(TODO, 'T1')).toEqual({ ok: true, value: TODO })
})

test('an unknown and a doubled task are refused', () => {
  expect(tick(TODO, 'T')).toMatchObject({ ok: false, reason: 'unknown-task' })
  expect(tick(`${TODO}- [ ] **T1** Again\n`, 'T1')).toMatchObject({ ok: false, reason: 'ambiguous-task' })
})

test('tasks read back as they were rendered, whatever their titles', () => {
  const task = fc.record({ title: fc.string(), done: fc.boolean(), skipped: fc.boolean() })
  fc.assert(
    fc.property(fc.string(), fc.array(task), (title, list) => {
      const tasks = list.map((one, index) => ({ ...one, id: `T${index}` }))
      expect(parseTodo(renderTodo(title, tasks))).toEqual(tasks.map(({ id, done }) => ({ id, done })))
    }),
  )
})
