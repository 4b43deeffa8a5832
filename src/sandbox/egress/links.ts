/**
 * Where a path of the mirror leads when a page of the registry said so: the files of PyPI lie on another host than its
 * index, and npm lets every version name its own address. Without an entry a path leads below the registry itself.
 */
export type Links = {
  add(path: string, address: string): void
  find(path: string): string | undefined
}

/** About 30 MB of them; the index page of the package with the most files has some ten thousand. */
const LINKS_MAX = 100_000

export function createLinks(max = LINKS_MAX): Links {
  const links = new Map<string, string>()
  return {
    add(path, address) {
      links.delete(path)
      links.set(path, address)
      const [oldest] = links.keys()
      if (links.size > max && oldest !== undefined) links.delete(oldest)
    },
    find: path => links.get(path),
  }
}
