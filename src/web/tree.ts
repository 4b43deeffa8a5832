type File = { path: string; bytes: number }
export type Folder = { name: string; path: string; folders: Folder[]; files: (File & { name: string })[] }

/** Paths as folders, each sorted by name; the root has the empty path. */
export function treeOf(files: readonly File[]): Folder {
  const root: Folder = { name: '', path: '', folders: [], files: [] }
  for (const file of files.toSorted((one, other) => one.path.localeCompare(other.path))) {
    const parts = file.path.split('/')
    const name = parts.pop() ?? file.path
    parts.reduce(childFolder, root).files.push({ ...file, name })
  }
  return root
}

function childFolder(parent: Folder, name: string): Folder {
  const found = parent.folders.find(folder => folder.name === name)
  if (found) return found
  const child: Folder = {
    name,
    path: parent.path === '' ? name : `${parent.path}/${name}`,
    folders: [],
    files: [],
  }
  parent.folders.push(child)
  return child
}
