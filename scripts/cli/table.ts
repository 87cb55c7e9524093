import { printable } from './printable.ts'

/** Characters of a cell: one long text must not push all other rows apart. */
const widest = 100

/** Rows of texts, whoever wrote them → lines with columns of equal width; what is too long is cut, except in the last column. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((text, column) => (column < row.length - 1 ? cut(printable(text)) : printable(text))))
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

const cut = (text: string): string => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text)
