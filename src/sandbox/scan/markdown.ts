/** Tables of what others wrote: no cell can leave its own. */

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const CELL_CHARACTERS_MAX = 300

function cell(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim().slice(0, CELL_CHARACTERS_MAX)
  return plain.replace(/[\\|<[\]`*_]/g, character => `\\${character}`)
}
