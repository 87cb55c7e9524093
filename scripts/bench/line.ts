/** One line of a result: a number with its goal, where there is one. */
export interface Line {
  readonly what: string
  readonly measured: string
  readonly goal?: string
  readonly met?: boolean
}

/** Lines → an aligned table. */
export function linesText(lines: readonly Line[]): string {
  const width = (of: (line: Line) => string) => Math.max(...lines.map((line) => of(line).length))
  const [what, measured] = [width((line) => line.what), width((line) => line.measured)]
  return lines
    .map((line) =>
      `${line.what.padEnd(what)}  ${line.measured.padEnd(measured)}${line.goal ? `  goal ${line.goal}: ${line.met ? 'met' : 'MISSED'}` : ''}`.trimEnd(),
    )
    .join('\n')
}
