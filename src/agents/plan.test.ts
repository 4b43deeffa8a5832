import { expect, test } from 'vitest'
import { type Plan, planFaults, type Task } from './plan.ts'

test('a plan whose tasks come in order has no faults', () => {
  expect(planFaults(planOf(task('T1'), task('T2', 'T1')))).toEqual([])
})

test('a task that appears twice is a fault', () => {
  expect(planFaults(planOf(task('T1'), task('T1')))).toEqual(['task id T1 appears twice'])
})

test('a task may not depend on one that comes later or not at all', () => {
  expect(planFaults(planOf(task('T1', 'T2'), task('T2', 'T9')))).toHaveLength(2)
})

test('a new task may depend on a task that is done but not take its id', () => {
  expect(planFaults(planOf(task('T3', 'T2')), ['T1', 'T2'])).toEqual([])
  expect(planFaults(planOf(task('T2')), ['T1', 'T2'])).toEqual(['task id T2 appears twice'])
})

function planOf(...tasks: Task[]): Plan {
  return {
    slug: 'app',
    toolchain: 'python',
    why: 'it fits',
    traps: [],
    tasks,
    start: { command: 'python3 -m app' },
  }
}

function task(id: string, ...dependsOn: string[]): Task {
  return {
    id,
    title: id,
    detail: id,
    files: ['a.py'],
    dependsOn,
    criteria: [{ id: `${id}.1`, text: 'it works' }],
  }
}
