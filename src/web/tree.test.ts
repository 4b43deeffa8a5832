import { describe, expect, test } from 'vitest'
import { treeOf } from './tree.ts'

const file = (path: string) => ({ path, bytes: 1 })

describe('tree', () => {
  test('paths become folders that hold their files, sorted by name', () => {
    const root = treeOf([file('src/b.py'), file('README.md'), file('src/a.py'), file('src/deep/c.py')])
    expect(root.files.map(each => each.name)).toEqual(['README.md'])
    expect(root.folders.map(each => each.path)).toEqual(['src'])
    expect(root.folders[0]?.files.map(each => each.name)).toEqual(['a.py', 'b.py'])
    expect(root.folders[0]?.folders.map(each => each.path)).toEqual(['src/deep'])
  })

  test('a folder and a file of the same beginning stay apart', () => {
    const root = treeOf([file('app'), file('app.d/x'), file('app.d/y')])
    expect(root.folders.map(each => [each.name, each.files.length])).toEqual([['app.d', 2]])
  })
})
