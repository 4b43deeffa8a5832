import { expect, test } from 'vitest'
import type { Picture, PictureSize } from '../probe/sight.ts'
import { namePictures, sightLines } from './pictures.ts'

const picture = (path: string, size: PictureSize): Picture => ({
  path,
  size,
  title: '',
  width: 1,
  height: 1,
  png: new Uint8Array(),
  sha256: '',
})
const sightOf = (...paths: string[]) => ({
  why: null,
  pages: paths.map(path => ({ path, loaded: true, errors: [] })),
  pictures: paths.flatMap(path => [picture(path, 'phone'), picture(path, 'desktop')]),
})
const names = (...sights: ReturnType<typeof sightOf>[]) => namePictures(sights).map(({ name }) => name)

test('a picture is named by its page, and never like another', () => {
  expect(names(sightOf('/', '/About/us.html?x=1', '/../..//etc', '/é'))).toEqual([
    '1-home-phone.png',
    '1-home-desktop.png',
    '2-about-us-html-phone.png',
    '2-about-us-html-desktop.png',
    '3-etc-phone.png',
    '3-etc-desktop.png',
    '4-home-phone.png',
    '4-home-desktop.png',
  ])
  expect(names(sightOf(`/${'a'.repeat(300)}`))[0]).toHaveLength('1--phone.png'.length + 40)
})

test('a page that two commands serve is kept once, and no more than four pages', () => {
  expect(names(sightOf('/', '/b'), sightOf('/b', '/c'))).toHaveLength(6)
  const first = { ...sightOf('/'), pictures: [{ ...picture('/', 'phone'), sha256: 'first' }] }
  expect(namePictures([first, sightOf('/')]).map(({ sha256 }) => sha256)).toEqual(['first'])
  expect(names(sightOf('/', '/b', '/c'), sightOf('/d', '/e'))).toHaveLength(8)
})

test('what went wrong is said by page, and why there are no pictures', () => {
  const page = { path: '/', loaded: true, errors: ['uncaught: x'] }
  expect(sightLines({ pages: [page], pictures: [], why: 'no browser' })).toEqual([
    'Page /: uncaught: x',
    'No pictures: no browser',
  ])
  expect(sightLines(sightOf('/'))).toEqual([])
})
