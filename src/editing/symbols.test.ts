import { expect, test } from 'vitest'
import { symbolsIn } from './symbols.ts'

test.each([
  ['export async function load() {', 'load'],
  ['export default class Ring extends Base {', 'Ring'],
  ['const area = (w, h) => w * h', 'area'],
  ['export type Shape = { w: number }', 'Shape'],
  ['    def push(self, item):', 'push'],
  ['async def main():', 'main'],
  ['func (r *Ring) Push(x int) error {', 'Push'],
  ['pub fn area(&self) -> f64 {', 'area'],
  ['public static int area(Shape s) {', 'area'],
  ['  push(item) {', 'push'],
  ['  public function größe(): int {', 'größe'],
])('%s declares %s', (line, name) => {
  expect([...symbolsIn(line)]).toEqual([name])
})

test.each([
  'if (a) {',
  'for (const x of y) {',
  '} else if (b) {',
  'describe("x", () => {',
  'call(1)',
  '// class of its own',
  '',
])('%s declares nothing', line => {
  expect([...symbolsIn(line)]).toEqual([])
})
