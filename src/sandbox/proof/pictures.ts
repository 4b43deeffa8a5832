import type { Picture, Sight } from '../probe/sight.ts'

/** A picture as a proof names it: `1-home-phone.png`, the page's place among those of the proof first. */
export type NamedPicture = Picture & { name: string; ordinal: number }

/** However many commands of a README serve pages. */
const PAGES_MAX = 4

/** The pictures of all commands that served, each page once. */
export function namePictures(sights: readonly Sight[]): NamedPicture[] {
  const seen = new Map<string, readonly Picture[]>()
  for (const { pages, pictures } of sights) {
    for (const { path } of pages) {
      const own = pictures.filter(picture => picture.path === path)
      if (own.length > 0 && !seen.has(path) && seen.size < PAGES_MAX) seen.set(path, own)
    }
  }
  return [...seen.values()].flatMap((own, at) => own.map(picture => named(picture, at + 1)))
}

/** Rows for a table of them: name, page, pixels, hash. */
export function pictureRows(pictures: readonly NamedPicture[]): string[][] {
  return pictures.map(({ name, path, width, height, sha256 }) => [name, path, `${width} × ${height}`, sha256])
}

/** What went wrong in pages, a line each, and why pictures are missing. */
export function sightLines({ pages, why }: Sight): string[] {
  const errors = pages.flatMap(page => page.errors.map(error => `Page ${page.path}: ${error}`))
  return why === null ? errors : [...errors, `No pictures: ${why}`]
}

function named(picture: Picture, ordinal: number): NamedPicture {
  return { ...picture, ordinal, name: `${ordinal}-${slugOf(picture.path)}-${picture.size}.png` }
}

const SLUG_CHARACTERS_MAX = 40

/** Letters and digits of a path: `home` for the first page, `a-b` for `/a/b?x`. */
function slugOf(path: string): string {
  const words =
    path
      .split(/[?#]/)[0]
      ?.toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  return words.join('-').slice(0, SLUG_CHARACTERS_MAX) || 'home'
}
